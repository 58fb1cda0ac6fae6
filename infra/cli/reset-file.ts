import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import * as z from 'zod';
import { parseUserId, parseUserName } from '../../shared/credential/name.ts';
import { groupTemporaryPassword } from '../../shared/credential/temporary-password.ts';
import { parseTemporaryPassword } from '../../shared/credential/temporary-password-form.ts';
import type { PlannedReset, ResetScope } from '../../shared/maintenance/reset-users.ts';
import { createDurably } from '../local/store/durable-file.ts';
import { cannotBeMade, requireNewFile } from './new-file.ts';
import { CommandRefused } from './terminal.ts';

/** A mass reset in a file: the temporary password of each user, and the run. */
export interface ResetFile {
  readonly runId: string;
  readonly startedAtMs: number;
  readonly resets: readonly PlannedReset[];
}

const HEAD = z.strictObject({
  run: z.uuid(),
  startedAt: z.iso.datetime(),
  /** The tenant; null for a list of users. */
  tenant: z.string().nullable(),
  users: z.int().min(1),
});
const LINE = z.strictObject({
  userName: z.string(),
  userId: z.string(),
  temporaryPassword: z.string(),
});
/** The mode bits of other accounts on this machine. */
const OTHERS_MODE = 0o077;

function toText(scope: ResetScope, { runId, startedAtMs, resets }: ResetFile): string {
  const tenant = 'tenant' in scope ? scope.tenant : null;
  const startedAt = new Date(startedAtMs).toISOString();
  const head: z.infer<typeof HEAD> = { run: runId, startedAt, tenant, users: resets.length };
  const lines = resets.map(({ userName, userId, canonical }): z.infer<typeof LINE> => {
    return { userName, userId, temporaryPassword: groupTemporaryPassword(canonical) };
  });
  return [head, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
}

/**
 * Checks for a dry run that {@link createResetFile} can make the file now.
 * @throws {CommandRefused} as {@link createResetFile}
 */
export async function requireResetFile(
  path: string,
  scope: ResetScope,
  resets: readonly PlannedReset[],
): Promise<void> {
  const text = toText(scope, { runId: randomUUID(), startedAtMs: 0, resets });
  await requireNewFile(path, Buffer.byteLength(text), `--out: ${path}`);
}

/**
 * Writes the plan before anything is reset: JSON lines, one a user after the first, which names
 * the run. It is there as a whole or not at all, and the owner alone can read it.
 * @throws {CommandRefused} there is such a file, or no place for it
 */
export async function createResetFile(
  path: string,
  scope: ResetScope,
  resets: readonly PlannedReset[],
  startedAtMs: number,
): Promise<ResetFile> {
  const runId = randomUUID();
  try {
    await createDurably(path, toText(scope, { runId, startedAtMs, resets }));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw cannotBeMade(`--out: ${path}`, code);
  }
  return { runId, startedAtMs, resets };
}

/**
 * Reads the plan of an earlier run.
 * @returns undefined if there is no such file
 * @throws {CommandRefused} it is not a plan, is of another run, or can be read by others
 */
export async function readResetFile(
  path: string,
  scope: ResetScope,
): Promise<ResetFile | undefined> {
  const content = await readPrivately(path);
  if (content === undefined) return undefined;
  const [first = '', ...rest] = content.trimEnd().split('\n');
  const head = HEAD.safeParse(parseJson(first));
  const resets = rest.map(parseLine).filter((reset) => reset !== undefined);
  const isWhole = resets.length === rest.length && resets.length === head.data?.users;
  if (!head.success || !isWhole) {
    throw new CommandRefused(`--out: ${path} is there, and is not the file of a run.`);
  }
  requireSameScope(path, scope, head.data.tenant, resets);
  return { runId: head.data.run, startedAtMs: Date.parse(head.data.startedAt), resets };
}

async function readPrivately(path: string): Promise<string | undefined> {
  let what: string;
  try {
    const handle = await open(path, 'r');
    try {
      const { mode, uid } = await handle.stat();
      if (uid !== (process.getuid?.() ?? uid)) {
        // Its owner can read the passwords in it; a superuser could read it all the same.
        what = 'belongs to another account; if you made it, continue with a copy of your own.';
      } else if ((mode & OTHERS_MODE) === 0) {
        return await handle.readFile('utf8');
      } else {
        what = 'can be read by others; chmod 600 it if it is yours.';
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new CommandRefused(`--out: ${path} cannot be read (${code}).`);
  }
  throw new CommandRefused(`--out: ${path} ${what}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @returns undefined if the line was altered or cut short, by its check symbols */
function parseLine(text: string): PlannedReset | undefined {
  const line = LINE.safeParse(parseJson(text));
  if (!line.success) return undefined;
  const userName = parseUserName(line.data.userName);
  const userId = parseUserId(line.data.userId);
  const canonical = parseTemporaryPassword(line.data.temporaryPassword);
  if (userName === undefined || userId === undefined || canonical === undefined) return undefined;
  return { userName, userId, canonical };
}

function requireSameScope(
  path: string,
  scope: ResetScope,
  tenant: string | null,
  resets: readonly PlannedReset[],
): void {
  const isSame =
    'tenant' in scope
      ? tenant === scope.tenant
      : tenant === null && resets.every(({ userName }) => scope.userNames.includes(userName));
  if (isSame) return;
  const whose = tenant ?? 'another list of users';
  throw new CommandRefused(`--out: ${path} is the file of a run for ${whose}.`);
}
