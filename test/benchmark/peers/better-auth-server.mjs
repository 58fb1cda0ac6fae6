/**
 * better-auth behind Node's HTTP server: email and password, admin and bearer plug-ins, node:sqlite
 * in memory. argv: `scrypt` (its default), `bcryptjs` or `native`, then the cost.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { admin, bearer } from 'better-auth/plugins';

const [kind, cost] = process.argv.slice(2);

async function bcryptOf(name) {
  const { default: bcrypt } = await import(name);
  return {
    hash: (password) => bcrypt.hash(password, Number(cost)),
    verify: ({ hash, password }) => bcrypt.compare(password, hash),
  };
}

const PACKAGES = { bcryptjs: 'bcryptjs', native: '@node-rs/bcrypt' };
const password = kind in PACKAGES ? await bcryptOf(PACKAGES[kind]) : undefined;
const database = new DatabaseSync(':memory:');
const server = createServer((request, response) => handle(request, response));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const baseURL = `http://127.0.0.1:${server.address().port}`;
const options = {
  baseURL,
  secret: randomBytes(32).toString('base64'),
  database,
  emailAndPassword: { enabled: true, ...(password && { password }) },
  plugins: [admin(), bearer()],
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { disabled: true },
};
const { runMigrations } = await getMigrations(options);
await runMigrations();
const handle = toNodeHandler(betterAuth(options));
process.on('message', (message) => {
  if (message?.makeAdmin === undefined) return;
  database.prepare("update user set role = 'admin' where email = ?").run(message.makeAdmin);
  process.send('made');
});
process.stdout.write(`${baseURL}\n`);
