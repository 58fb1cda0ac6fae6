/** The local Functions host and nothing else: package of argv, stores of the environment. */
import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { startFunctionsHost } from '../../../infra/local/host/functions-host.ts';

const [packageDirectory = '', caFile] = process.argv.slice(2);
if (caFile !== undefined) {
  const ca = readFileSync(caFile, 'utf8');
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), ca]);
}
await startFunctionsHost({
  packageDirectory,
  port: 0,
  log: () => undefined,
  async beforeLoad(origin) {
    process.env.PUBLIC_ORIGIN ??= origin;
    process.stdout.write(`${origin}\n`);
  },
});
process.on('message', (message) => {
  if (message === 'end') process.exit();
  const { user, system } = process.cpuUsage();
  process.send?.({
    rssMiB: process.memoryUsage().rss / 1024 ** 2,
    cpuMs: (user + system) / 1000,
  });
});
process.on('disconnect', () => process.exit());
process.channel?.unref();
