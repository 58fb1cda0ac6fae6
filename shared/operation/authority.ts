/**
 * The authority by which an account is changed. Every change names one (see account-change.ts), and
 * no other file makes one: `test/house.test.ts`.
 */
import type { Actor, SystemActor } from '../credential/event.ts';
import type { Brand } from '../credential/name.ts';
import { Refusal } from '../credential/refusal.ts';
import type { Rights } from '../credential/rights.ts';
import { rankOf } from '../credential/role.ts';
import type { StoredUser } from '../port/store.ts';
import { isTokenCurrent, type Principal } from './authenticate.ts';
import type { ChangeDependencies, Dependencies } from './dependency.ts';
import { retryOnConflict } from './retry.ts';

export type Authority = Brand<
  {
    readonly actor: Actor;
    /** The row of the admin whose rights were judged; undefined: the system acts. */
    readonly caller: StoredUser | undefined;
  },
  'Authority'
>;

/** Returns the authority of the system or its operator, which needs no user's rights. */
export function systemAuthority(system: SystemActor): Authority {
  return { actor: { system }, caller: undefined } as Authority;
}

/** Returns the operator's authority to do what an admin requested while its rights last. */
export function operatorAuthorityFor(admin: StoredUser): Authority {
  return { actor: { system: 'operator' }, caller: admin } as Authority;
}

/** Returns the caller's row as it is now, if the token still describes it. */
function requireLive(
  { clock }: Pick<Dependencies, 'clock'>,
  { user, use }: Principal,
  row: StoredUser | undefined,
): StoredUser {
  const isRevoked =
    row === undefined || !isTokenCurrent({ ...user.value, use }, row.value, clock.now());
  if (isRevoked) throw new Refusal('invalid-token');
  return row;
}

/** Makes the row that was judged the condition of the change: see {@link Authority}. */
function authorityOf(caller: StoredUser): Authority {
  return { actor: { userId: caller.value.userId }, caller } as Authority;
}

/**
 * Returns the authority of a user over itself: `own` is both the caller and the row that is
 * replaced under its tag.
 * @throws {Refusal} `invalid-token`
 */
export function requireOwnAuthority(
  dependencies: Pick<Dependencies, 'clock'>,
  principal: Principal,
  own: StoredUser,
): Authority {
  return authorityOf(requireLive(dependencies, principal, own));
}

export interface Judged<Found> {
  readonly authority: Authority;
  /** The fields of the caller that a judgement may rest on. */
  readonly rights: Rights;
  readonly found: Found;
}

/**
 * The caller of one call that changes a user. Each try judges its rights by its row in the store,
 * and the transaction holds only while that judgement does.
 */
export class Caller {
  readonly principal: Principal;
  readonly #dependencies: ChangeDependencies;
  /** The tag of the caller's row when it was last read, before any row that is judged now. */
  #knownEtag: string;

  constructor(dependencies: ChangeDependencies, principal: Principal) {
    this.#dependencies = dependencies;
    this.principal = principal;
    this.#knownEtag = principal.user.etag;
  }

  /**
   * Reads the caller, and beside it the row that the call is about; if that is the caller's own, it
   * is read once.
   * @throws {Refusal} `invalid-token`, `forbidden` (no admin)
   * @throws {Unavailable}
   */
  async judgeBeside<Found>(
    find: (readCaller: () => Promise<StoredUser | undefined>) => Promise<Found>,
  ): Promise<Judged<Found>> {
    const own = this.#find();
    const [row, found] = await Promise.all([own, find(() => own)]);
    const caller = requireLive(this.#dependencies, this.principal, row);
    if (rankOf(caller.value.roles) === 0) throw new Refusal('forbidden');
    return { authority: authorityOf(caller), rights: caller.value, found };
  }

  /**
   * Judges whether the caller's row is still the one from before the judgement. Two rows are read
   * at two moments: an answer without a write is of one moment only if this is true.
   * @throws {Refusal} `invalid-token`
   * @throws {Unavailable}
   */
  async isUnchanged(): Promise<boolean> {
    const { etag } = requireLive(this.#dependencies, this.principal, await this.#find());
    const isSame = etag === this.#knownEtag;
    this.#knownEtag = etag;
    return isSame;
  }

  /**
   * Judges and writes again when another write came between. A refusal, too, is returned only by
   * the rights that the caller had at that moment.
   * @throws {Refusal} the refusal of the tries, `invalid-token`, `conflict`
   */
  retry<Result>(tryOnce: () => Promise<Result | 'conflict'>): Promise<Result> {
    return retryOnConflict(this.#dependencies, async () => {
      try {
        return await tryOnce();
      } catch (fault) {
        if (!(fault instanceof Refusal) || fault.code === 'invalid-token') throw fault;
        if (await this.isUnchanged()) throw fault;
        return 'conflict';
      }
    });
  }

  #find(): Promise<StoredUser | undefined> {
    return this.#dependencies.accounts.findUser(this.principal.user.value.userName);
  }
}
