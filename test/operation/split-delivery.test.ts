import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { groupPart } from '../../shared/credential/temporary-password.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import type { PartOutcome } from '../../shared/port/mailer.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import { goodPassword } from '../fixture/good-password.ts';
import { outcomeText } from '../fixture/operations.ts';
import { down, override, withPlaces } from '../fixture/override.ts';
import { DAY_MS, MAIL, SECOND, SplitContext } from './fixture/split-context.ts';

/** CONTRACT.md "Split delivery". */

let context: SplitContext;

beforeEach(async () => {
  context = await SplitContext.open();
});
afterEach(() => context.operations.stop());

const unused = 'invalid-credentials';

describe('a split reset', () => {
  it('returns one part and mails the other, which open the account in either order', async () => {
    const { told, mailed, pair, expiresAtMs } = await context.split();
    const { address, issuer, recipient, ...mail } = context.mails[0] ?? expect.fail();
    expect(mail).toMatchObject({ pair, expiresAtMs, part: mailed });
    expect([address, issuer.userName, recipient.userName]).toEqual([
      MAIL,
      context.admin.userName,
      context.ana.userName,
    ]);
    expect(mailed).not.toBe(told);
    expect(await context.attempt(told, mailed)).toBe('passwordChangeRequired');
    expect(await context.attempt(mailed, told)).toBe('passwordChangeRequired');
    expect(await context.attemptOld()).toBe(unused);
  });

  it('opens nothing with one part, the same part twice, or parts of two resets', async () => {
    const first = await context.split();
    const second = await context.split();
    for (const parts of [
      [second.told],
      [second.mailed],
      [second.told, second.told],
      [second.mailed, second.mailed],
      [first.told, second.mailed],
      [second.told, first.mailed],
      [first.told, first.mailed],
    ]) {
      expect(await context.attempt(...parts), parts.join(' ')).toBe(unused);
    }
    expect(await context.attempt(second.told, second.mailed)).toBe('passwordChangeRequired');
  });

  it('costs one hash at a sign-in, whatever the order and the outcome', async () => {
    const { told, mailed } = await context.split();
    let hashes = 0;
    const hasher = withPlaces(context.operations.dependencies.hasher, (slot) => ({
      verify: (password, hash) => {
        hashes += 1;
        return slot.verify(password, hash);
      },
    }));
    const counting = context.with({ hasher });
    for (const typed of [told + mailed, mailed + told, told + told, mailed, `${told}x${mailed}`]) {
      hashes = 0;
      await counting.attempt(context.ana.userName, typed);
      expect(hashes, typed).toBe(1);
    }
  });

  it('is replaced by a password that is neither of its orders', async () => {
    const { told, mailed } = await context.split();
    const { operations, ana } = context;
    const token = await operations.changeToken(ana.userName, `${mailed}${told}`);
    for (const parts of [
      [told, mailed],
      [mailed, told],
    ]) {
      const password = parts.map(groupPart).join(' ').toLowerCase();
      const outcome = await outcomeText(operations.changePassword(token, password));
      expect(outcome).toBe('password-rejected');
    }
    await operations.changePassword(token, goodPassword(7));
    expect(await context.attempt(told, mailed)).toBe(unused);
    expect(await operations.eventTypes(ana.userName)).toContain('temporary-password.used');
  });

  it('goes to email, else to secondEmail, and never to an earlier address', async () => {
    const { operations, admin, ana } = context;
    await context.edit({ email: null, secondEmail: SECOND });
    operations.pass(14 * DAY_MS);
    await context.split();
    expect(context.mails.map(({ address }) => address)).toEqual([SECOND]);
    await context.edit({ secondEmail: null });
    expect(await outcomeText(context.reset())).toBe('reset-requirements-unmet');
    expect(context.mails).toHaveLength(1);
    expect(await operations.reset(admin, ana.userId)).toHaveLength(28);
  });

  it('has an end that is fixed before hash and mail, and that the mail names', async () => {
    const beganAtMs = context.operations.clock.nowMs;
    context.answer = async () => {
      context.operations.pass(9000);
      return 'accepted';
    };
    const { expiresAtMs } = await context.split();
    expect(expiresAtMs).toBe(beganAtMs + DAY_MS);
    expect(context.mails[0]?.expiresAtMs).toBe(expiresAtMs);
    expect((await context.operations.user(context.ana.userName)).credential).toMatchObject({
      expiresAtMs,
      issuedAtMs: beganAtMs,
    });
  });
});

describe('the order of a split reset', () => {
  it('is hash, count, mail, expiry index, commit', async () => {
    const steps: string[] = [];
    const { accounts, expiries, hasher } = context.operations.dependencies;
    const noted =
      <Input extends readonly unknown[], Output>(
        step: string,
        act: (...input: Input) => Promise<Output>,
      ) =>
      (...input: Input) => {
        steps.push(step);
        return act(...input);
      };
    context.answer = noted('mail', context.answer);
    const on = context.with({
      accounts: override(accounts, {
        noteParts: noted('count', (user, parts) => accounts.noteParts(user, parts)),
        commit: noted('commit', (change) => accounts.commit(change)),
      }),
      expiries: override(expiries, { add: noted('index', (entry) => expiries.add(entry)) }),
      hasher: withPlaces(hasher, (slot) => ({
        hash: noted('hash', (password) => slot.hash(password)),
      })),
    });
    await context.split(context.admin, on);
    expect(steps).toEqual(['hash', 'count', 'mail', 'index', 'commit']);
  });

  it.each(['uncertain', 'notSent'] as const)(
    'leaves the old password and no trace if mail is %s, and may be repeated',
    async (outcome: PartOutcome) => {
      const { operations, ana } = context;
      const before = await operations.eventTypes(ana.userName);
      context.answer = async () => outcome;
      const fault: unknown = await context.reset().catch((reason: unknown) => reason);
      expect(fault).toBeInstanceOf(Unavailable);
      expect(fault).toMatchObject({ part: 'mail' });
      expect(context.mails).toHaveLength(1);
      expect(await operations.eventTypes(ana.userName)).toEqual(before);
      expect(await context.attemptOld()).toBe('signedIn');
      context.answer = async () => 'accepted';
      const { told, mailed } = await context.split();
      expect(await context.attempt(told, mailed)).toBe('passwordChangeRequired');
    },
  );

  it.each(['add', 'commit'] as const)(
    'leaves a part of no use if the tables fail at %s after the mail',
    async (step) => {
      const { accounts, expiries } = context.operations.dependencies;
      const broken = context.with(
        step === 'add'
          ? { expiries: override(expiries, { add: down() }) }
          : { accounts: override(accounts, { commit: down() }) },
      );
      expect(await outcomeText(context.reset(context.admin, broken))).toBe('unavailable');
      expect(context.mails).toHaveLength(1);
      expect(await context.attemptOld()).toBe('signedIn');
    },
  );

  it('leaves a part of no use if the process stops between mail and commit', async () => {
    const { promise: mailed, resolve } = Promise.withResolvers<void>();
    context.answer = () => {
      resolve();
      return new Promise(() => {});
    };
    void context.reset();
    await mailed;
    expect(await context.attemptOld()).toBe('signedIn');
    context.answer = async () => 'accepted';
    const halves = await context.split();
    expect(await context.attempt(halves.told, context.mails[0]?.part ?? '')).toBe(unused);
    expect(await context.attempt(halves.told, halves.mailed)).toBe('passwordChangeRequired');
  });
});

describe('a change during a split reset', () => {
  const duringMail = (act: () => Promise<unknown>) => {
    context.answer = async () => {
      context.answer = async () => 'accepted';
      await act();
      return 'accepted';
    };
  };

  it('of the address is conflict, and sends no second mail', async () => {
    duringMail(() => context.edit({ email: 'new@mail.example' }));
    expect(await outcomeText(context.reset())).toBe('conflict 1');
    expect(context.mails).toHaveLength(1);
    expect(await context.attemptOld()).toBe('signedIn');
  });

  it('of the address before the mail is conflict too, where any address counts', async () => {
    const { operations, admin } = context;
    const ben = await operations.addUser(admin, 'ben@contoso.example');
    const principal = await operations.sessionOf(admin);
    const edit = async (email: string) => {
      const request = { principal, userId: ben.userId, patch: { email } };
      await updateUser(operations.dependencies, request, operations.context());
    };
    await edit('ben@mail.example');
    const on = context.with({
      hasher: withPlaces(operations.dependencies.hasher, (slot) => ({
        hash: async (password) => {
          await edit('thief@mail.example');
          return slot.hash(password);
        },
      })),
    });
    expect(await outcomeText(context.reset(admin, on, ben.userId))).toBe('conflict 1');
    expect(context.mails).toEqual([]);
    expect(await operations.attempt(ben.userName, ben.temporaryPassword)).toBe(
      'passwordChangeRequired',
    );
  });

  it('of something else is written over with the part that was sent', async () => {
    duringMail(() => context.edit({ displayName: 'Ana B' }));
    const { told, mailed } = await context.split();
    expect(context.mails).toHaveLength(1);
    expect(await context.attempt(told, mailed)).toBe('passwordChangeRequired');
    expect(await context.operations.user(context.ana.userName)).toMatchObject({
      displayName: 'Ana B',
    });
  });

  it('that the write loses to keeps the part for the further try', async () => {
    const { accounts } = context.operations.dependencies;
    let lost = 0;
    const on = context.with({
      accounts: override(accounts, {
        commit: async (change) => {
          lost += 1;
          if (lost > 3) return accounts.commit(change);
          await context.edit({ displayName: `Ana ${lost}` });
          return accounts.commit(change);
        },
      }),
    });
    const { told, mailed } = await context.split(context.admin, on);
    expect([lost, context.mails.length]).toEqual([4, 1]);
    expect(await context.attempt(told, mailed)).toBe('passwordChangeRequired');
  });

  it('that ends the caller is invalid-token, and the old password lives', async () => {
    const { operations, admin } = context;
    const eve = await operations.addReadyUser(admin, 'eve@contoso.example', ['globalAdmin']);
    duringMail(() => operations.reset(admin, eve.userId));
    expect(await outcomeText(context.reset(eve))).toBe('invalid-token');
    expect(await context.attemptOld()).toBe('signedIn');
  });

  it('that promotes the target is forbidden to a lower admin', async () => {
    const { operations, admin } = context;
    const eve = await operations.addReadyUser(admin, 'eve@contoso.example', [
      'userManagementAdmin',
    ]);
    duringMail(() => context.edit({ roles: ['globalAdmin'] }));
    expect(await outcomeText(context.reset(eve))).toBe('forbidden');
    expect(await context.attemptOld()).toBe('signedIn');
  });

  it('by another split reset leaves the parts of one alone', async () => {
    const outcomes = await Promise.all([
      context.reset().then(({ temporaryPassword }) => temporaryPassword),
      context.reset().then(({ temporaryPassword }) => temporaryPassword),
    ]);
    const opened: string[] = [];
    for (const { canonical: told } of outcomes) {
      for (const { part } of context.mails) {
        if ((await context.attempt(told, part)) === 'passwordChangeRequired') opened.push(part);
      }
    }
    expect([context.mails.length, opened.length]).toEqual([2, 1]);
  });
});

describe('the limit of mailed parts', () => {
  it('is ten for one user in 24 h, before a hash, and ends to the millisecond', async () => {
    for (let count = 0; count < 10; count += 1) {
      await context.split();
      context.operations.pass(1000);
    }
    let places = 0;
    const hasher = withPlaces(context.operations.dependencies.hasher, () => {
      places += 1;
      return {};
    });
    const on = context.with({ hasher });
    context.operations.pass(DAY_MS - 10_001);
    expect(await outcomeText(context.reset(context.admin, on))).toBe('too-many-attempts 1');
    expect([places, context.mails.length]).toEqual([0, 10]);
    context.operations.pass(1);
    await context.split();
  });

  it('counts a part that a mail server had, and none that no server had', async () => {
    context.answer = async () => 'notSent';
    for (let count = 0; count < 12; count += 1) {
      expect(await outcomeText(context.reset())).toBe('unavailable');
    }
    context.answer = async () => 'uncertain';
    for (let count = 0; count < 10; count += 1) {
      expect(await outcomeText(context.reset())).toBe('unavailable');
    }
    expect(await outcomeText(context.reset())).toBe('too-many-attempts 86400');
    expect(context.mails).toHaveLength(22);
    // A reset that is shown whole is not mailed.
    const { operations, admin, ana } = context;
    expect(await operations.reset(admin, ana.userId)).toHaveLength(28);
  });

  it('holds for any number of resets at once', async () => {
    for (let count = 0; count < 8; count += 1) await context.split();
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, () => outcomeText(context.reset())),
    );
    expect(context.mails.length).toBe(10);
    expect(outcomes.filter((outcome) => outcome === 'done').length).toBeLessThanOrEqual(2);
    expect(outcomes.filter((outcome) => outcome.startsWith('too-many')).length).toBe(10);
  });

  it('is not spent by a mail whose count was lost to another write', async () => {
    const { accounts } = context.operations.dependencies;
    let isFirst = true;
    const on = context.with({
      accounts: override(accounts, {
        noteParts: async (user, parts) => {
          if (isFirst) await context.edit({ displayName: 'Ana B' });
          isFirst = false;
          return accounts.noteParts(user, parts);
        },
      }),
    });
    await context.split(context.admin, on);
    const { partsAtMs } = await context.operations.user(context.ana.userName);
    expect([context.mails.length, partsAtMs.length]).toEqual([1, 1]);
  });
});
