/** Loaded before a command by `node --require`: writes its peak, in KiB, to descriptor 3. */
const { readFileSync, writeSync } = require('node:fs');

/** Linux counts what was there before the program into `maxRSS`; its own peak is in this file. */
function peakKib() {
  try {
    return /^VmHWM:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))[1];
  } catch {
    return process.resourceUsage().maxRSS;
  }
}

process.on('exit', () => writeSync(3, `${peakKib()}`));
