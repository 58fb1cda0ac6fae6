import { type Tenant, tenantOf, type UserName } from '../credential/name.ts';
import { ADMINS_PER_TENANT } from '../credential/rank.ts';

import { type FieldError, Refusal } from '../credential/refusal.ts';
import { rankOf } from '../credential/role.ts';
import { concurrently } from '../operation/concurrently.ts';
import type { RequestContext } from '../operation/dependency.ts';
import {
  type ImportDependencies,
  type ImportedUser,
  type ImportOutcome,
  importUser,
  judgeImport,
  type NamePast,
} from './import-user.ts';

/** The number of hashes under way at a time; the threads of the hash queue are their limit. */
const IMPORTS_AT_ONCE = 8;
/** The lines that the report lists of each kind; it counts the others. */
export const LINES_LISTED = 1000;

/** The problem of a line, in words; never a value of it but the name of its user. */
export interface LineProblem {
  readonly line: number;
  /** The user name; undefined if the line has no readable one. */
  readonly userName: UserName | undefined;
  readonly errors: readonly (FieldError | { readonly sentence: string })[];
}

/** A line of the file, read or not. */
export type ImportLine = { readonly line: number; readonly user: ImportedUser } | LineProblem;

export interface ImportReport {
  readonly lines: number;
  readonly created: number;
  readonly unchanged: number;
  readonly kept: number;
  /** The number of users deleted here before, and not wanted back. */
  readonly deleted: number;
  readonly failed: number;
  /** The number of users created without a password: an admin must reset them. */
  readonly withoutPassword: number;
  /** The first {@link LINES_LISTED} lines that were kept, by line. */
  readonly keptLines: readonly { readonly line: number; readonly userName: UserName }[];
  /** The first {@link LINES_LISTED} lines of deleted users, by line. */
  readonly deletedLines: readonly { readonly line: number; readonly userName: UserName }[];
  /** The first {@link LINES_LISTED} lines that failed, by line. */
  readonly problems: readonly LineProblem[];
}

export interface ImportOptions {
  readonly isDryRun: boolean;
  /** True if users who were deleted here are made again. */
  readonly restoreDeleted: boolean;
  readonly context: RequestContext;
}

type Counts = Record<ImportOutcome | 'failed' | 'lines' | 'withoutPassword', number>;

function keep<Item>(list: Item[], item: Item): void {
  if (list.length < LINES_LISTED) list.push(item);
}

async function listDeleted(
  accounts: ImportDependencies['accounts'],
  tenant: Tenant,
): Promise<ReadonlySet<UserName>> {
  const names = new Set<UserName>();
  for await (const page of accounts.listDeletedUserNames(tenant)) {
    for (const name of page) names.add(name);
  }
  return names;
}

class Import {
  readonly #dependencies: ImportDependencies;
  readonly #options: ImportOptions;
  readonly #counts: Counts = {
    lines: 0,
    created: 0,
    unchanged: 0,
    kept: 0,
    deleted: 0,
    failed: 0,
    withoutPassword: 0,
  };
  readonly #keptLines: { line: number; userName: UserName }[] = [];
  readonly #deletedLines: { line: number; userName: UserName }[] = [];
  readonly #problems: LineProblem[] = [];
  readonly #lineOf = new Map<UserName, number>();
  /** The latest admin of each tenant that is under way. */
  readonly #turns = new Map<Tenant, Promise<unknown>>();
  /** The names that were deleted in each tenant. */
  readonly #deleted = new Map<Tenant, Promise<ReadonlySet<UserName>>>();
  /** The number of admins of each tenant that a dry run would have made. */
  readonly #newAdmins = new Map<Tenant, number>();

  constructor(dependencies: ImportDependencies, options: ImportOptions) {
    this.#dependencies = dependencies;
    this.#options = options;
  }

  async take(read: ImportLine): Promise<void> {
    this.#counts.lines += 1;
    if (!('user' in read)) return this.#fail(read);
    const { line, user } = read;
    const { userName } = user;
    const earlier = this.#lineOf.get(userName);
    if (earlier !== undefined) {
      const sentence = `Line ${earlier} has the same user name.`;
      return this.#fail({ line, userName, errors: [{ sentence }] });
    }
    this.#lineOf.set(userName, line);
    try {
      const outcome = await this.#import(user);
      this.#counts[outcome] += 1;
      if (outcome === 'created' && user.hash === undefined) this.#counts.withoutPassword += 1;
      if (outcome === 'kept') keep(this.#keptLines, { line, userName });
      if (outcome === 'deleted') keep(this.#deletedLines, { line, userName });
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      const sentence = 'Others wrote at the same time; import it again.';
      this.#fail({ line, userName, errors: refusal.extra.errors ?? [{ sentence }] });
    }
  }

  get lines(): number {
    return this.#counts.lines;
  }

  get report(): ImportReport {
    const byLine = (one: { line: number }, other: { line: number }) => one.line - other.line;
    return {
      ...this.#counts,
      keptLines: this.#keptLines.toSorted(byLine),
      deletedLines: this.#deletedLines.toSorted(byLine),
      problems: this.#problems.toSorted(byLine),
    };
  }

  #fail(problem: LineProblem): void {
    this.#counts.failed += 1;
    keep(this.#problems, problem);
  }

  /**
   * Imports a user. Admins of one tenant share its row, so they take turns; others of this file do
   * not.
   */
  async #import(user: ImportedUser): Promise<ImportOutcome> {
    const { isDryRun, context } = this.#options;
    const past = await this.#pastOf(user);
    if (isDryRun) return this.#judge(user, past);
    const start = () => importUser(this.#dependencies, user, past, context);
    if (rankOf(user.roles) === 0) return start();
    const tenant = tenantOf(user.userName);
    const turn = (this.#turns.get(tenant) ?? Promise.resolve()).then(start);
    const over = turn.catch(() => {});
    this.#turns.set(tenant, over);
    return turn;
  }

  /**
   * Reads the past of a name, with one query a tenant, not one a line: the name of a deleted user
   * is in no row but that of its id.
   */
  async #pastOf({ userName }: ImportedUser): Promise<NamePast> {
    const tenant = tenantOf(userName);
    const known = this.#deleted.get(tenant) ?? listDeleted(this.#dependencies.accounts, tenant);
    this.#deleted.set(tenant, known);
    const { restoreDeleted } = this.#options;
    return { wasDeleted: (await known).has(userName), restoreDeleted };
  }

  /**
   * Judges an import of a dry run, which counts the admins of earlier lines here: they are not in
   * the store.
   */
  async #judge(user: ImportedUser, past: NamePast): Promise<ImportOutcome> {
    const outcome = await judgeImport(this.#dependencies, user, past);
    if (outcome !== 'created' || rankOf(user.roles) === 0) return outcome;
    const tenant = tenantOf(user.userName);
    const made = this.#newAdmins.get(tenant) ?? 0;
    this.#newAdmins.set(tenant, made + 1);
    const there = (await this.#dependencies.accounts.findAdmins(tenant))?.value.length ?? 0;
    if (there + made < ADMINS_PER_TENANT) return outcome;
    throw new Refusal('validation', {
      errors: [{ pointer: '/roles', problem: 'tooManyAdmins' }],
    });
  }
}

/**
 * Imports users line by line. A line that cannot be imported is reported and the others continue.
 * Run again with the same file, it skips the users who exist, and those who were deleted.
 * @throws {Unavailable} some lines may be done
 */
export async function importUsers(
  dependencies: ImportDependencies,
  lines: AsyncIterable<ImportLine>,
  options: ImportOptions,
  onLines: (lines: number) => void,
): Promise<ImportReport> {
  const work = new Import(dependencies, options);
  await concurrently(lines, IMPORTS_AT_ONCE, async (line) => {
    await work.take(line);
    onLines(work.lines);
  });
  return work.report;
}
