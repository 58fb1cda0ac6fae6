import type { Tenant } from '../credential/name.ts';
import type { Clock } from '../port/clock.ts';
import type { HashParameters } from '../port/hasher.ts';
import type { AccountStore, CredentialParameters } from '../port/store.ts';

/** A pepper version as an operator sees it; its value stays with the hasher. */
export interface PepperVersion {
  readonly version: string;
  readonly createdAtMs: number;
  /** The time from which no instance makes hashes with it; undefined: no version supersedes it. */
  readonly writtenUntilMs: number | undefined;
}

/** The numbers of hashes; a credential has at most one permanent and one temporary. */
export interface HashCount {
  /** Hashes of the last passwords that the users chose. */
  permanent: number;
  /**
   * Hashes of the last temporary passwords, also after expiry: an expired one is still
   * distinguished from a wrong one.
   */
  temporary: number;
  /** Hashes of passwords that must not be used again; a change of password verifies them. */
  history: number;
}

export interface ParameterCount extends HashParameters, HashCount {}

export interface TenantReport {
  readonly tenant: Tenant;
  readonly credentials: number;
  /** The credentials without a hash: created or imported without a password. */
  readonly withoutPassword: number;
  /** One entry for each pepper version, cost and imported scheme of the hashes. */
  readonly hashes: readonly ParameterCount[];
}

export interface PepperReport extends HashCount {
  readonly version: string;
  /**
   * The time of creation; undefined: hashes name it, and the vault does not have such an enabled
   * version.
   */
  readonly createdAtMs: number | undefined;
  readonly writtenUntilMs: number | undefined;
  /** True if no hash needs it and no instance makes hashes with it any more. */
  readonly canBeRetired: boolean;
}

export interface CredentialReport {
  readonly atMs: number;
  readonly tenants: readonly TenantReport[];
  /** The pepper versions: those that the vault lacks first, then oldest first. */
  readonly peppers: readonly PepperReport[];
}

const SLOTS = ['permanent', 'temporary', 'history'] as const;

function noHashes(): HashCount {
  return { permanent: 0, temporary: 0, history: 0 };
}

/** The counts of one tenant, by pepper version and cost. */
class TenantCount {
  credentials = 0;
  withoutPassword = 0;
  readonly #byParameters = new Map<string, ParameterCount>();

  add({ permanent, temporary, history }: CredentialParameters): void {
    this.credentials += 1;
    const hasNone = permanent === undefined && temporary === undefined && history.length === 0;
    if (hasNone) this.withoutPassword += 1;
    if (permanent !== undefined) this.#of(permanent).permanent += 1;
    if (temporary !== undefined) this.#of(temporary).temporary += 1;
    for (const earlier of history) this.#of(earlier).history += 1;
  }

  get hashes(): readonly ParameterCount[] {
    return [...this.#byParameters].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count);
  }

  #of({ pepperVersion, cost, wraps }: HashParameters): HashCount {
    const key = `${pepperVersion} ${String(cost).padStart(2, '0')} ${wraps ?? ''}`;
    const parameters = { pepperVersion, cost, ...(wraps !== undefined && { wraps }) };
    const count = this.#byParameters.get(key) ?? { ...parameters, ...noHashes() };
    this.#byParameters.set(key, count);
    return count;
  }
}

function countByPepper(tenants: readonly TenantReport[]): ReadonlyMap<string, HashCount> {
  const counts = new Map<string, HashCount>();
  for (const hash of tenants.flatMap(({ hashes }) => hashes)) {
    const count = counts.get(hash.pepperVersion) ?? noHashes();
    for (const slot of SLOTS) count[slot] += hash[slot];
    counts.set(hash.pepperVersion, count);
  }
  return counts;
}

function reportPeppers(
  peppers: readonly PepperVersion[],
  counts: ReadonlyMap<string, HashCount>,
  nowMs: number,
): readonly PepperReport[] {
  const enabled = new Set(peppers.map(({ version }) => version));
  const missing = [...counts]
    .filter(([version]) => !enabled.has(version))
    .map(([version, count]): PepperReport => {
      const unknown = { createdAtMs: undefined, writtenUntilMs: undefined };
      return { version, ...unknown, ...count, canBeRetired: false };
    })
    .sort((one, other) => (one.version < other.version ? -1 : 1));
  const known = peppers.map((pepper): PepperReport => {
    const count = counts.get(pepper.version);
    const { writtenUntilMs } = pepper;
    const isWritten = writtenUntilMs === undefined || nowMs < writtenUntilMs;
    return { ...pepper, ...(count ?? noHashes()), canBeRetired: !isWritten && count === undefined };
  });
  return [...missing, ...known];
}

/**
 * Reports the pepper versions and costs of each tenant's hashes, and the versions that no hash
 * needs. Once no instance makes hashes with a version, the hashes that need it only become fewer,
 * so writes during the count cannot make a retirement wrong: the time is taken, and the peppers are
 * read, before the first row.
 * @param peppers enabled versions, oldest first
 * @param onProgress called with the number of credentials read, after each page
 * @throws {Unavailable}
 */
export async function reportCredentials(
  { accounts, clock }: { accounts: AccountStore; clock: Clock },
  peppers: readonly PepperVersion[],
  onProgress: (credentials: number) => void = () => {},
): Promise<CredentialReport> {
  const atMs = clock.now();
  let credentials = 0;
  const counts = new Map<Tenant, TenantCount>();
  for await (const page of accounts.listCredentialParameters()) {
    for (const credential of page) {
      const count = counts.get(credential.tenant) ?? new TenantCount();
      counts.set(credential.tenant, count);
      count.add(credential);
    }
    credentials += page.length;
    onProgress(credentials);
  }
  const tenants = [...counts]
    .map(([tenant, count]): TenantReport => {
      const { credentials, withoutPassword, hashes } = count;
      return { tenant, credentials, withoutPassword, hashes };
    })
    .sort((one, other) => (one.tenant < other.tenant ? -1 : 1));
  return { atMs, tenants, peppers: reportPeppers(peppers, countByPepper(tenants), atMs) };
}
