import { randomUUID } from 'node:crypto';
import type { Tenant, UserId, UserName } from '../credential/name.ts';
import { adminEntry } from '../credential/rank.ts';
import type { Admin } from '../credential/user.ts';
import { isConsistent } from '../operation/account.ts';
import { concurrently } from '../operation/concurrently.ts';
import {
  type ArchivedAccount,
  type ArchivedRow,
  type ArchivedTable,
  type ArchiveEntry,
  ArchiveRefused,
  type NewestEvent,
  type RestoreInProgress,
} from '../port/archive.ts';
import { Unavailable } from '../port/unavailable.ts';
import { type ArchiveSummary, checkArchive, type OnRows, openEntries } from './archive.ts';
import {
  type AccountRestore,
  type RestoreDependencies,
  restoreAccount,
} from './restore-account.ts';

/** The rows of one partition in a transaction. */
const ROWS_AT_ONCE = 100;
/**
 * The characters of JSON in a transaction, which keep it below the 4 MiB that the service takes.
 */
const BATCH_LENGTH = 1024 * 1024;
/** The number of writes in flight: far below a partition's 2,000 entities a second. */
const WRITES_AT_ONCE = 8;

export interface RestoreRequest {
  /** Opens the parts from the beginning; called for each of the three readings. */
  readonly open: () => AsyncIterable<string>;
  /** True to remove the rows in the store. */
  readonly replace: boolean;
  readonly isDryRun: boolean;
}

export interface RestoreReport extends ArchiveSummary {
  readonly users: number;
  /** The users whose rows are of different moments: they need a reset. */
  readonly withoutPassword: readonly UserName[];
  /** The keys of users whose rows are not as we write them: they are left out. */
  readonly damaged: readonly string[];
  /** The pepper versions that hashes need and the vault lacks. */
  readonly missingPepperVersions: readonly string[];
  /** True if an earlier run of the same restore had begun. */
  readonly isResumed: boolean;
}

/** The findings of the first reading, before anything is written. */
interface Finding extends Omit<RestoreReport, 'isResumed'> {}

type Account = ArchivedAccount | 'damaged' | undefined;

/** Parses a user. One damaged row must not prevent the restore of all others. */
function parseAccount({ archive }: RestoreDependencies, entry: ArchiveEntry): Account {
  try {
    return archive.parseAccount(entry);
  } catch (error) {
    if (error instanceof Unavailable) return 'damaged';
    throw error;
  }
}

/** Reads the whole archive, and every user in it, before anything is written. */
async function examine(
  dependencies: RestoreDependencies,
  { open }: RestoreRequest,
  onRows: OnRows,
): Promise<Finding> {
  const { seal, peppers } = dependencies;
  let users = 0;
  const withoutPassword: UserName[] = [];
  const needed = new Set<string>();
  const damaged: string[] = [];
  const look = (entry: ArchiveEntry) => {
    const account = parseAccount(dependencies, entry);
    if (account === undefined) return;
    if (account === 'damaged') {
      damaged.push(`${entry.rows[0]?.partitionKey} ${entry.rows[0]?.rowKey}`);
      return;
    }
    const { user, credential } = account;
    users += 1;
    if (credential === undefined || !isConsistent(user, credential)) {
      withoutPassword.push(user.userName);
      return;
    }
    const { permanent, temporary, history } = credential;
    for (const hash of [permanent, temporary, ...history]) {
      if (hash !== undefined) needed.add(hash.pepperVersion);
    }
  };
  const summary = await checkArchive(seal.read(), open(), look, onRows);
  const enabled = new Set((await peppers.all()).map(({ version }) => version));
  const missingPepperVersions = [...needed].filter((version) => !enabled.has(version)).sort();
  return { ...summary, users, withoutPassword, damaged, missingPepperVersions };
}

/**
 * Returns the restore to mark in the store.
 * @throws {ArchiveRefused} it must not be restored into this store
 */
async function judgeStore(
  { archive }: RestoreDependencies,
  archiveId: string,
  replace: boolean,
): Promise<{ readonly mark: RestoreInProgress; readonly isResumed: boolean }> {
  const found = await archive.findMark();
  if (found?.archiveId === archiveId) return { mark: found, isResumed: true };
  if (!replace && found !== undefined) {
    throw new ArchiveRefused(
      'The restore of another backup is not finished: finish it first, or --replace what it wrote.',
    );
  }
  if (!replace && !(await archive.isEmpty())) {
    throw new ArchiveRefused('The store is not empty; --replace removes what it holds.');
  }
  const epochFloor = Math.max(found?.epochFloor ?? 0, await archive.greatestSessionEpoch());
  const phase = replace ? 'clearing' : 'writing';
  return { mark: { archiveId, restoreId: randomUUID(), phase, epochFloor }, isResumed: false };
}

/** The callback for the progress of each reading or writing. */
export type OnStage = (stage: 'checked' | 'removed' | 'written', rows: number) => void;

interface Batch {
  readonly table: ArchivedTable;
  readonly rows: ArchivedRow[];
}

/** Lists all rows but the users', neighbours of a partition together. */
async function* otherRows(
  dependencies: RestoreDependencies,
  entries: AsyncIterable<ArchiveEntry>,
): AsyncGenerator<Batch, void> {
  let batch: Batch | undefined;
  let length = 0;
  for await (const entry of entries) {
    if (parseAccount(dependencies, entry) !== undefined) continue;
    for (const row of entry.rows) {
      const rowLength = JSON.stringify(row).length;
      const fits =
        batch?.table === entry.table &&
        batch.rows[0]?.partitionKey === row.partitionKey &&
        batch.rows.length < ROWS_AT_ONCE &&
        length + rowLength <= BATCH_LENGTH;
      if (batch !== undefined && !fits) yield batch;
      if (batch === undefined || !fits) {
        batch = { table: entry.table, rows: [] };
        length = 0;
      }
      batch.rows.push(row);
      length += rowLength;
    }
  }
  if (batch !== undefined) yield batch;
}

async function* accountsOf(
  dependencies: RestoreDependencies,
  entries: AsyncIterable<ArchiveEntry>,
): AsyncGenerator<ArchivedAccount, void> {
  for await (const entry of entries) {
    const account = parseAccount(dependencies, entry);
    if (account !== undefined && account !== 'damaged') yield account;
  }
}

/**
 * Reads one list for all users, since a query for each reads an embedded store from end to end each
 * time. Takes some 100 bytes of memory a user.
 */
async function readNewestEvents(
  archive: RestoreDependencies['archive'],
): Promise<ReadonlyMap<UserId, NewestEvent>> {
  const newest = new Map<UserId, NewestEvent>();
  for await (const page of archive.listNewestEvents()) {
    for (const event of page) newest.set(event.userId, event);
  }
  return newest;
}

/**
 * Writes the rows. Users come last, each with the tenant's row after them: no user can sign in to
 * half an account.
 */
async function write(
  dependencies: RestoreDependencies,
  { open }: RestoreRequest,
  restored: Omit<AccountRestore, 'newestEvents'>,
  onStage: OnStage,
): Promise<void> {
  const { archive, seal } = dependencies;
  const entries = () => openEntries(seal.read(restored.mark.archiveId), open(), () => {});
  let rows = 0;
  const note = (count: number) => {
    rows += count;
    onStage('written', rows);
  };
  await concurrently(otherRows(dependencies, entries()), WRITES_AT_ONCE, async (batch) => {
    await archive.putRows(batch.table, batch.rows);
    note(batch.rows.length);
  });
  const newestEvents = await readNewestEvents(archive);
  // At most 100 a tenant, and most tenants have two: small beside the users, and never hashes.
  const admins = new Map<Tenant, Admin[]>();
  await concurrently(accountsOf(dependencies, entries()), WRITES_AT_ONCE, async (account) => {
    const user = await restoreAccount(dependencies, account, { ...restored, newestEvents });
    const entry = adminEntry(user);
    const list = admins.get(user.tenant) ?? [];
    // A tenant without any has its row too: the archive's may name a user who is not an admin.
    admins.set(user.tenant, entry === undefined ? list : [...list, entry]);
    note(2);
  });
  for (const [tenant, list] of admins) {
    await archive.putAdmins(tenant, list, restored.mark.restoreId);
  }
}

/**
 * Writes an archive into the store, which must be empty unless `replace` says to empty it. The
 * whole archive is read and proven before anything is written. Run again after a crash it writes
 * all of it again, with the same result.
 *
 * Every session is ended: see restore-account.ts. Passwords and temporary passwords are those of
 * the archive; index entries, tenant rows and ids of users are made anew from the users.
 * @throws {ArchiveRefused} nothing was written, unless the archive changed between its readings
 * @throws {Unavailable} it may be half done; the mark in the store shows it
 */
export async function restore(
  dependencies: RestoreDependencies,
  request: RestoreRequest,
  onStage: OnStage,
): Promise<RestoreReport> {
  const { archive } = dependencies;
  const finding = await examine(dependencies, request, (rows) => {
    onStage('checked', rows);
  });
  const judged = await judgeStore(dependencies, finding.archiveId, request.replace);
  const { isResumed } = judged;
  if (request.isDryRun) return { ...finding, isResumed };
  let { mark } = judged;
  await archive.setMark(mark);
  if (mark.phase === 'clearing') {
    let removed = 0;
    await archive.clear((rows) => {
      removed += rows;
      onStage('removed', removed);
    });
    mark = { ...mark, phase: 'writing' };
    await archive.setMark(mark);
  }
  const restored = { mark, startedAtMs: finding.startedAtMs };
  await write(dependencies, request, restored, onStage);
  await archive.removeMark();
  return { ...finding, isResumed };
}
