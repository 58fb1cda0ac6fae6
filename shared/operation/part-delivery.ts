import { receivingAddress } from '../credential/address.ts';
import { judgeCalls } from '../credential/lockout.ts';
import { Refusal } from '../credential/refusal.ts';
import type { SplitTemporaryPassword } from '../credential/temporary-password.ts';
import type { User } from '../credential/user.ts';
import type { StoredUser } from '../port/store.ts';
import { Unavailable } from '../port/unavailable.ts';
import type { DesiredChange } from './account-change.ts';
import { AttemptRefused } from './attempt.ts';
import { bestEffort } from './best-effort.ts';
import type { Dependencies, RequestContext } from './dependency.ts';
import { CONFLICT_RETRY_AFTER_SECONDS } from './retry.ts';

/** The most parts for one user: no reset floods a mailbox. CONTRACT.md "Split delivery". */
const PARTS_PER_DAY = { most: 10, windowMs: 24 * 60 * 60 * 1000 } as const;

type PartDependencies = Pick<Dependencies, 'accounts' | 'clock' | 'partMailer'>;

/** A split password that is hashed and not issued yet. */
export interface SplitInMaking {
  readonly parts: SplitTemporaryPassword;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

/** The user and the admin of a split delivery, as they were judged. */
type Parties = Pick<DesiredChange, 'before' | 'authority'>;

/**
 * Returns a check that a user's part still goes to the address of the first judgement.
 * @throws {Refusal} `conflict`: the address changed meanwhile
 */
export function createAddressCheck(): (user: User) => void {
  let first: { readonly address: string | undefined } | undefined;
  return (user) => {
    const address = receivingAddress(user);
    first ??= { address };
    if (address === first.address) return;
    throw new Refusal('conflict', { retryAfterSeconds: CONFLICT_RETRY_AFTER_SECONDS });
  };
}

/** The mailed part of one call: at most one mail. Further tries of the write keep the part. */
export class PartDelivery {
  readonly #dependencies: PartDependencies;
  readonly #context: RequestContext;
  #sentTo: string | undefined;

  constructor(dependencies: PartDependencies, context: RequestContext) {
    this.#dependencies = dependencies;
    this.#context = context;
  }

  /** The address to which the part was sent; available after {@link send}. */
  get sentTo(): string {
    if (this.#sentTo === undefined) throw new Error('no part was sent');
    return this.#sentTo;
  }

  get isSent(): boolean {
    return this.#sentTo !== undefined;
  }

  /**
   * Requires, before the mail, that the user may get a part.
   * @throws {Refusal} `too-many-attempts`
   */
  require(user: User): void {
    if (!this.isSent) this.#withOneMore(user);
  }

  /** Returns the moments of the parts with one more, now. */
  #withOneMore({ partsAtMs }: User): readonly number[] {
    const judged = judgeCalls(partsAtMs, this.#dependencies.clock.now(), PARTS_PER_DAY);
    if (judged.verdict === 'wait') throw new AttemptRefused(judged.retryAfterSeconds);
    return judged.callsAtMs;
  }

  /**
   * Counts the part on the user's row, then mails it. A crash between the two counts a part that
   * was not sent, never the reverse.
   * @returns `conflict` if the row was changed meanwhile: nothing was sent
   * @throws {Unavailable} mail did not accept it
   */
  async send(
    { before, authority: { caller } }: Parties,
    { parts: { mailed, pair }, expiresAtMs }: SplitInMaking,
  ): Promise<'sent' | 'conflict'> {
    const { accounts, partMailer } = this.#dependencies;
    const address = before && receivingAddress(before.value);
    if (!before || address === undefined || caller === undefined || partMailer === undefined) {
      throw new Error('a part goes by mail from an admin to the address of a user');
    }
    const { tenant, userId, userName, displayName, locale } = before.value;
    const counted = this.#withOneMore(before.value);
    if ((await accounts.noteParts(before, counted)) === 'conflict') return 'conflict';
    this.#sentTo = address;
    const giveBack = () => {
      return bestEffort(this.#context, 'give-back-part', this.#giveBack(before, counted));
    };
    const sending = partMailer.send({
      recipient: { userId, userName, displayName, locale },
      ...{ tenant, address, part: mailed, pair, expiresAtMs },
      issuer: caller.value,
    });
    const outcome = await sending.catch(async (fault: unknown) => {
      // The tables failed before the mail.
      await giveBack();
      throw fault;
    });
    if (outcome === 'accepted') return 'sent';
    if (outcome === 'notSent') await giveBack();
    throw new Unavailable('mail', 'The mail server did not accept a part.');
  }

  /** Takes the count back, unless another write came between: no mail server had the part. */
  async #giveBack({ value }: StoredUser, counted: readonly number[]): Promise<void> {
    const { accounts } = this.#dependencies;
    const found = await accounts.findUser(value.userName);
    if (found?.value.partsAtMs.join() !== counted.join()) return;
    await accounts.noteParts(found, value.partsAtMs);
  }
}
