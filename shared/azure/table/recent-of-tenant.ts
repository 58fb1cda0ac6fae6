import type { Tenant } from '../../credential/name.ts';

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
 * A value that a sign-in shows of its tenant, such as the admins, for tenants with many sign-ins in
 * a row: each saves a read of the tenant's partition. No decision uses it.
 */
export class RecentOfTenant<Value> {
  readonly #read: (tenant: Tenant) => Promise<Value>;
  readonly #now: () => number;
  readonly #kept = new Map<Tenant, { readonly atMs: number; readonly value: Promise<Value> }>();

  constructor(read: (tenant: Tenant) => Promise<Value>, now: () => number) {
    this.#read = read;
    this.#now = now;
  }

  find(tenant: Tenant): Promise<Value> {
    const nowMs = this.#now();
    const kept = this.#kept.get(tenant);
    if (kept !== undefined && nowMs - kept.atMs < KEPT_MS) return kept.value;
    const value = this.#read(tenant);
    this.#keep(tenant, { atMs: nowMs, value });
    // Pending callers get the error; the next call retries.
    value.catch(() => this.#forget(tenant, value));
    return value;
  }

  /**
   * Forgets the value of a tenant after this instance wrote it: a read under way may be from before
   * the write.
   */
  forget(tenant: Tenant): void {
    this.#kept.delete(tenant);
  }

  #keep(tenant: Tenant, entry: { atMs: number; value: Promise<Value> }): void {
    this.#kept.delete(tenant);
    this.#kept.set(tenant, entry);
    if (this.#kept.size <= TENANTS_KEPT) return;
    // A map keeps the order of insertion: the first is the oldest.
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }

  #forget(tenant: Tenant, value: Promise<Value>): void {
    if (this.#kept.get(tenant)?.value === value) this.#kept.delete(tenant);
  }
}
