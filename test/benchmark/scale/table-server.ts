/**
 * Azurite in a process of its own, so that its time and memory are not the sweep's. It starts from
 * the file of argv and never saves: every five seconds it would stand still for a whole save.
 */
import { createRequire } from 'node:module';
import { startEmbeddedTables } from '../../../infra/local/store/embedded-tables.ts';

const azurite = createRequire(import.meta.url).resolve('azurite/dist/src/table/TableServer.js');
const Loki = createRequire(azurite)('lokijs');
Loki.prototype.saveDatabase = (done?: () => void) => done?.();

process.on('disconnect', () => process.exit());
const { connectionString } = await startEmbeddedTables({ directory: process.argv[2] });
process.stdout.write(`${connectionString}\n`);
