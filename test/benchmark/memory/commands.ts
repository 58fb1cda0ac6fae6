/** The commands that read or write a whole tenant, and the most memory that a run of each takes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const TENANT = 'contoso.example';
/**
 * The old generation of a held run: V8 collects its garbage before it grows beyond this, so that
 * what is measured is what the command keeps.
 */
export const HEAP_MIB = 64;
const HELD = [`--max-old-space-size=${HEAP_MIB}`, '--max-semi-space-size=2'];
const CLI = fileURLToPath(new URL('../../../dist/local/cli.cjs', import.meta.url));
const PEAK = fileURLToPath(new URL('./peak.cjs', import.meta.url));

interface TenantCommand {
  readonly name: string;
  /** @param file a path of the run by its name */
  readonly args: (file: (name: string) => string) => readonly string[];
  /** The users that the answer counts. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are read as they come
  readonly users: (answer: any) => number;
  /** True if it needs an empty store. */
  readonly fills?: true;
  /** True for those that take the most: they are also run with the heap that V8 takes by itself. */
  readonly isLarge?: true;
}

/** A backup comes before the restore of it. */
export const COMMANDS: readonly TenantCommand[] = [
  {
    name: 'credential-report',
    args: () => ['credential-report'],
    users: ({ tenants: [{ credentials }] }) => credentials,
  },
  {
    name: 'backup',
    args: (file) => ['backup', file('backup')],
    // User, hashes, id, and two rows of the event; words are in no backup.
    users: ({ rows: { accounts } }) => accounts / 5,
    isLarge: true,
  },
  {
    name: 'restore',
    args: (file) => ['restore', file('backup')],
    users: ({ users }) => users,
    fills: true,
    isLarge: true,
  },
  {
    name: 'tenant export',
    args: (file) => ['tenant', 'export', TENANT, '--out', file('export')],
    users: ({ users }) => users,
  },
  {
    name: 'reset-tenant --dry-run',
    args: () => ['reset-tenant', TENANT, '--dry-run'],
    users: ({ users }) => users,
  },
  {
    name: 'import-users',
    args: (file) => ['import-users', file('users.jsonl')],
    users: ({ created }) => created,
  },
];

export const REINDEX: TenantCommand = {
  name: 'reindex --dry-run',
  args: () => ['reindex', '--dry-run'],
  users: ({ users }) => users,
  isLarge: true,
};

/** @returns the peak in MiB; infinite if the heap was too small */
export async function runCommand(
  { name, args, users: usersOf }: TenantCommand,
  run: {
    readonly env: Readonly<Record<string, string>>;
    readonly file: (name: string) => string;
    readonly users: number;
    readonly isHeld: boolean;
  },
): Promise<number> {
  const { env, file, users, isHeld } = run;
  const argv = [...(isHeld ? HELD : []), '--require', PEAK, CLI, ...args(file), '--json'];
  const stdio = ['ignore', 'pipe', 'pipe', 'pipe'] as const;
  const child = spawn(process.execPath, argv, { env, stdio: [...stdio] });
  const [, out, err, peak] = child.stdio as unknown as readonly Readable[];
  if (out === undefined || err === undefined || peak === undefined) throw new Error('no pipes');
  const exit = once(child, 'exit');
  const [output, errors, kib] = await Promise.all([text(out), text(err), text(peak)]);
  await exit;
  if (/heap out of memory|heap limit/.test(errors)) return Number.POSITIVE_INFINITY;
  const counted = output === '' ? undefined : usersOf(JSON.parse(output));
  if (counted !== users) throw new Error(`${name} counted ${counted} users: ${errors}`);
  return Number(kib) / 1024;
}
