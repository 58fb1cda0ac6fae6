import type { Tenant } from '../../credential/name.ts';
import type { Admin } from '../../credential/user.ts';

/**
 * The time for which a list is kept: people read it, and a few seconds of age do not matter to
 * them.
 */
const KEPT_MS = 10_000;
/**
 * The number of tenants kept, with 100 admins at most, 0.3 KB each: 15 MB when every one is full.
 */
const TENANTS_KEPT = 500;

/**
 * The admins that a sign-in shows, for tenants with many sign-ins in a row: each saves a read of
 * the tenant's partition. No decision uses it.
 */
export class RecentAdmins {
  readonly #read: (tenant: Tenant) => Promise<readonly Admin[]>;
  readonly #now: () => number;
  readonly #kept = new Map<
    Tenant,
    { readonly atMs: number; readonly admins: Promise<readonly Admin[]> }
  >();

  constructor(read: (tenant: Tenant) => Promise<readonly Admin[]>, now: () => number) {
    this.#read = read;
    this.#now = now;
  }

  list(tenant: Tenant): Promise<readonly Admin[]> {
    const nowMs = this.#now();
    const kept = this.#kept.get(tenant);
    if (kept !== undefined && nowMs - kept.atMs < KEPT_MS) return kept.admins;
    const admins = this.#read(tenant);
    this.#keep(tenant, { atMs: nowMs, admins });
    // Pending callers get the error; the next call retries.
    admins.catch(() => this.#forget(tenant, admins));
    return admins;
  }

  /**
   * Forgets a tenant's admins after this instance wrote them: a read under way may be from before
   * the write.
   */
  forget(tenant: Tenant): void {
    this.#kept.delete(tenant);
  }

  #keep(tenant: Tenant, entry: { atMs: number; admins: Promise<readonly Admin[]> }): void {
    this.#kept.delete(tenant);
    this.#kept.set(tenant, entry);
    if (this.#kept.size <= TENANTS_KEPT) return;
    // A map keeps the order of insertion: the first is the oldest.
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }

  #forget(tenant: Tenant, admins: Promise<readonly Admin[]>): void {
    if (this.#kept.get(tenant)?.admins === admins) this.#kept.delete(tenant);
  }
}
