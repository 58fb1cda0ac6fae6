/** Loaded before the service by `node --require`: tells its event-loop delay over the channel. */
const { monitorEventLoopDelay } = require('node:perf_hooks');

const histogram = monitorEventLoopDelay({ resolution: 1 });
histogram.enable();
process.on('message', (question) => {
  if (question !== 'reset' && question !== 'tell') return;
  if (question === 'reset') histogram.reset();
  const ms = (nanoseconds) => nanoseconds / 1e6;
  process.send({
    p50Ms: ms(histogram.percentile(50)),
    p99Ms: ms(histogram.percentile(99)),
    maxMs: ms(histogram.max),
    cpuMs: (process.cpuUsage().user + process.cpuUsage().system) / 1000,
    rssMiB: process.memoryUsage().rss / 1024 ** 2,
  });
});
// Whoever measures is gone: nobody else would end this process.
process.on('disconnect', () => process.exit());
process.channel?.unref();
