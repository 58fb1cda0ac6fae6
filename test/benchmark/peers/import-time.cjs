/** argv: a package or file, and whether to `require` or to `import` it. Prints milliseconds. */
const Module = require('node:module');

const disposable = () => ({ dispose() {} });
const CORE = {
  version: '4.0.0',
  registerHook: disposable,
  registerFunction: disposable,
  setProgrammingModel() {},
  getProgrammingModel() {},
  log() {},
};
const load = Module._load;
Module._load = function loadOrSupply(name, ...rest) {
  return name === '@azure/functions-core' ? CORE : load.call(this, name, ...rest);
};

const [target, how] = process.argv.slice(2);
const startedAtMs = performance.now();
const tell = () => {
  process.stdout.write(`${performance.now() - startedAtMs}\n`);
  process.exit();
};
if (how === 'import') import(target).then(tell);
else {
  require(target);
  tell();
}
