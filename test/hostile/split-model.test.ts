import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expireTemporaryPasswords } from '../../shared/operation/expire-temporary-passwords.ts';
import type { PartOutcome } from '../../shared/port/mailer.ts';
import { goodPassword } from '../fixture/good-password.ts';
import { outcomeText } from '../fixture/operations.ts';
import { down, override } from '../fixture/override.ts';
import { type Halves, SplitContext } from '../operation/fixture/split-context.ts';
import { checkHostile } from './fixture/replay.ts';

/**
 * Goal: of a split reset neither the admin nor the mailbox has enough to sign in, whatever else
 * happens. A caller on the phone hears what the admin has.
 */

type Step =
  | { readonly do: 'split'; readonly mail: PartOutcome; readonly commit: 'kept' | 'lost' }
  | { readonly do: 'two splits' | 'shown' | 'change' | 'edit' | 'sweep' | 'sign out' }
  | { readonly do: 'wait'; readonly hours: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('split' as const),
    mail: fc.constantFrom<PartOutcome>('accepted', 'accepted', 'uncertain', 'notSent'),
    commit: fc.constantFrom('kept' as const, 'kept' as const, 'lost' as const),
  }),
  fc.record({
    do: fc.constantFrom('two splits', 'shown', 'change', 'edit', 'sweep', 'sign out'),
  }) as fc.Arbitrary<Step>,
  fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 25 }) }),
);

/** A history, with the parts that an admin and a mailbox have seen. */
class SplitModelRun {
  readonly #context: SplitContext;
  /** Everything that an admin saw. */
  readonly #told: string[] = [];
  /** The halves of the last reset that was answered; undefined: there is none in force. */
  #open: Halves | undefined;
  #made = 10;

  constructor(context: SplitContext) {
    this.#context = context;
  }

  async take(step: Step): Promise<void> {
    const { operations, admin, ana } = this.#context;
    if (step.do === 'wait') operations.pass(step.hours * 3_600_000);
    else if (step.do === 'split') await this.#split(step);
    else if (step.do === 'two splits') {
      await Promise.all([this.#split(), this.#split()]);
      // Either may be the one in force.
      this.#open = undefined;
      await this.#split();
    } else if (step.do === 'shown') {
      await operations.reset(admin, ana.userId);
      this.#open = undefined;
    } else if (step.do === 'change') await this.#change();
    else if (step.do === 'edit') await this.#context.edit({ displayName: `Ana ${this.#made}` });
    else if (step.do === 'sweep') {
      await expireTemporaryPasswords(operations.dependencies, operations.context());
    } else await this.#context.edit({ locale: 'fr' });
  }

  async #split({ mail = 'accepted', commit = 'kept' } = {}): Promise<void> {
    const context = this.#context;
    context.answer = async () => mail as PartOutcome;
    const { accounts } = context.operations.dependencies;
    const on =
      commit === 'kept'
        ? context.operations
        : context.with({ accounts: override(accounts, { commit: down() }) });
    const mailed = context.mails.length;
    const done = await context.reset(context.admin, on).catch(async (fault: unknown) => {
      await outcomeText(Promise.reject(fault));
    });
    context.answer = async () => 'accepted';
    expect(context.mails.length - mailed).toBeLessThanOrEqual(2);
    if (!done) return;
    const { canonical: told, split, expiresAtMs } = done.temporaryPassword;
    this.#told.push(told);
    const part = context.mails.find(({ pair }) => pair === split?.pair)?.part ?? '';
    this.#open = { told, mailed: part, pair: split?.pair ?? '', expiresAtMs };
  }

  async #change(): Promise<void> {
    const { operations, ana } = this.#context;
    if (this.#open === undefined) return;
    const { told, mailed } = this.#open;
    if ((await this.#context.attempt(mailed, told)) !== 'passwordChangeRequired') return;
    const token = await operations.changeToken(ana.userName, `${told}${mailed}`);
    this.#made += 1;
    await operations.changePassword(token, goodPassword(this.#made));
    this.#open = undefined;
  }

  /** No party signs in alone; both halves do, until they expire. */
  async judge(): Promise<void> {
    const context = this.#context;
    const mailbox = context.mails.map(({ part }) => part);
    for (const known of [this.#told, mailbox]) {
      const recent = known.slice(-3);
      // One part alone does not have the form, so it would only be counted as a guess.
      for (const parts of recent.flatMap((one) => recent.map((other) => [one, other]))) {
        expect(await context.attempt(...parts)).toBe('invalid-credentials');
      }
    }
    if (this.#open === undefined) return;
    const { told, mailed, expiresAtMs } = this.#open;
    const isOver = context.operations.clock.nowMs >= expiresAtMs;
    expect(await context.attempt(told, mailed)).toBe(
      isOver ? 'temporary-password-expired' : 'passwordChangeRequired',
    );
  }
}

it('lets neither the admin nor the mailbox sign in alone, in any history of resets', async () => {
  const steps = fc.array(step, { minLength: 1, maxLength: 8 });
  const property = fc.asyncProperty(steps, async (taken) => {
    const context = await SplitContext.open();
    const run = new SplitModelRun(context);
    try {
      for (const each of taken) {
        await run.take(each);
        await run.judge();
      }
    } finally {
      await context.operations.stop();
    }
  });
  await checkHostile(property, { short: 8, long: 400 });
});
