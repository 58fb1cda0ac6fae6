/**
 * By whose authority an account is changed. Every change names one (see account-change.ts), and
 * nothing outside of this file makes one: `test/house.test.ts`.
 */
import type { Brand } from '../credential/brand.ts';
import type { Actor, SystemActor } from '../credential/event.ts';
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
    /** The caller as it was judged; undefined: the system acts. */
    readonly caller: StoredUser | undefined;
  },
  'Authority'
>;

/** The system and its operator need nobody's rights. */
export function systemAuthority(system: SystemActor): Authority {
  return { actor: { system }, caller: undefined } as Authority;
}

/** The caller's row as it is now, if the token still describes it. */
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

/** The row that was judged is the condition of the change: see {@link Authority}. */
function authorityOf(caller: StoredUser): Authority {
  return { actor: { userId: caller.value.userId }, caller } as Authority;
}

/**
 * A user changes itself: `own` is both the caller and what is replaced under its tag.
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
  /** All of the caller that a judgement may rest on. */
  readonly rights: Rights;
  readonly found: Found;
}

/**
 * The caller of one call that changes somebody. What it may do is judged by its row as the store
 * has it in each try, and the transaction holds only while that judgement does.
 */
export class Caller {
  readonly principal: Principal;
  readonly #dependencies: ChangeDependencies;
  /** Of the caller's row when it was last known, before anything that is judged now was read. */
  #knownEtag: string;

  constructor(dependencies: ChangeDependencies, principal: Principal) {
    this.#dependencies = dependencies;
    this.principal = principal;
    this.#knownEtag = principal.user.etag;
  }

  /**
   * Reads the caller, and beside it what the call is about: the caller's own row where it is that.
   * @throws {Refusal} `invalid-token`, `forbidden` (no admin) @throws {Unavailable}
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
   * Whether the caller's row is still the one that was known before the judgement. Two rows are
   * read at two moments: what is answered without a write is of one moment only if so.
   * @throws {Refusal} `invalid-token` @throws {Unavailable}
   */
  async isUnchanged(): Promise<boolean> {
    const { etag } = requireLive(this.#dependencies, this.principal, await this.#find());
    const isSame = etag === this.#knownEtag;
    this.#knownEtag = etag;
    return isSame;
  }

  /**
   * Judges and writes again when another write came between. A refusal, too, is given only by the
   * rights that the caller had at that moment.
   * @throws {Refusal} what the tries refuse, `invalid-token`, `conflict`
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
