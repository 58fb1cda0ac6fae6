import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resetPassword } from '../../shared/operation/reset-password.ts';
import { signOutEverywhere } from '../../shared/operation/sign-out.ts';
import { issueSupportCode } from '../../shared/operation/support-code.ts';
import { updateSettings } from '../../shared/operation/tenant-settings.ts';
import { allRows } from '../fixture/archive.ts';
import {
  createOperations,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { down, override } from '../fixture/override.ts';
import { eventsOf, losing } from './fixture/admin-context.ts';
import { losingTo } from './fixture/freeze-link.ts';

/** CONTRACT.md "Support code". */

const HOUR_MS = 3_600_000;
const TTL_MS = 600_000;

let operations: Operations;
let admin: SignedInUser;
let ana: SignedInUser;
let made = 0;

beforeEach(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
});
afterEach(() => operations.stop());

async function issue(on = operations, user = ana): Promise<string> {
  const principal = await on.sessionOf(user);
  return (await issueSupportCode(on.dependencies, principal, on.context())).code;
}

const proofOf = (code: string) => ({ verification: { kind: 'supportCode', code } }) as const;
const reset = (code: string, on = operations) =>
  outcomeText(on.reset(admin, ana.userId, proofOf(code)));

/** A code that is not this one. */
const wrong = (code: string) => `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`;
const FAILED = 'verification-failed';

describe('a support code', () => {
  it('proves a reset once, which its event says, and is in no row as it is', async () => {
    const code = await issue();
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    const rows = JSON.stringify(await allRows(operations));
    expect(rows).not.toContain(code);
    expect(rows).not.toContain(code.replace('-', ''));
    const reference = 'called in';
    const verification = { kind: 'supportCode', code, reference } as const;
    await operations.reset(admin, ana.userId, { verification });
    const [event] = await eventsOf(operations, ana);
    expect(event?.details).toMatchObject({
      verification: { kind: 'supportCode', reference, isProven: true },
    });
    expect(await reset(code)).toBe(FAILED);
  });

  it('is read forgivingly', async () => {
    const code = await issue();
    const slips = code.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l');
    expect(await reset(` “${slips.replace('-', ' – ')}”.`)).toBe('done');
  });

  it.each(['', '----', 'ABCD-EFG', 'ABCD-EFGH-J', 'UUUU-UUUU'])(
    'that is not one is a wrong one: %j',
    async (code) => {
      await issue();
      expect(await reset(code)).toBe(FAILED);
    },
  );

  it('is good for ten minutes, to the millisecond', async () => {
    const late = await issue();
    operations.pass(TTL_MS);
    expect(await reset(late)).toBe(FAILED);
    const code = await issue();
    operations.pass(TTL_MS - 1);
    expect(await reset(code)).toBe('done');
  });

  it('is of its user alone, and ends with the next one and with the session', async () => {
    const bob = await operations.addReadyUser(admin, 'bob@contoso.example');
    expect(await reset(await issue(operations, bob))).toBe(FAILED);
    const first = await issue();
    const second = await issue();
    expect(await reset(first)).toBe(FAILED);
    const session = await operations.sessionOf(ana);
    await signOutEverywhere(operations.dependencies, session, operations.context());
    expect(await reset(second)).toBe(FAILED);
  });

  it('ends with a change of the password', async () => {
    const code = await issue();
    await operations.changePassword(ana.token, 'velvet orbit lantern 77', ana.password);
    expect(await reset(code)).toBe(FAILED);
  });

  it('stays where the reset is refused, lost or an outage', async () => {
    const code = await issue();
    const { accounts } = operations.dependencies;
    const broken = operations.with({ accounts: override(accounts, { commit: down() }) });
    expect(await reset(code, broken)).toBe('unavailable');
    const principal = await operations.sessionOf(admin);
    const stale = { principal, userId: ana.userId, terms: proofOf(code), ifMatch: ['"0"'] };
    const refused = resetPassword(operations.dependencies, stale, operations.context());
    expect(await outcomeText(refused)).toBe('precondition-failed');
    expect(await reset(code, losing(operations, 2))).toBe('done');
  });

  it('is spent by one of two resets at once', async () => {
    const code = await issue();
    const raced = losingTo(operations, () => operations.reset(admin, ana.userId, proofOf(code)));
    expect(await reset(code, raced)).toBe(FAILED);
    const resets = (await eventsOf(operations, ana)).filter(
      ({ type }) => type === 'password.reset',
    );
    expect(resets).toHaveLength(1);
  });

  it('is an event of its user', async () => {
    await issue();
    const [event] = await eventsOf(operations, ana);
    expect(event).toMatchObject({
      type: 'support-code.issued',
      actor: { userId: ana.userId },
      details: {},
    });
  });

  it('is issued five times an hour, also by calls at once', async () => {
    const calls = Array.from({ length: 6 }, () => outcomeText(issue()));
    const outcomes = (await Promise.all(calls)).toSorted();
    expect(outcomes).toEqual([
      ...Array.from({ length: 5 }, () => 'done'),
      'too-many-attempts 3600',
    ]);
    operations.pass(HOUR_MS - 1);
    expect(await outcomeText(issue())).toBe('too-many-attempts 1');
    operations.pass(1);
    expect(await outcomeText(issue())).toBe('done');
  });
});

describe('wrong support codes', () => {
  it('are five in an hour, whatever is issued between; then a right one is refused', async () => {
    for (let index = 0; index < 4; index += 1)
      expect(await reset(wrong(await issue()))).toBe(FAILED);
    const code = await issue();
    expect(await reset(wrong(code))).toBe(FAILED);
    expect(await reset(code)).toBe('too-many-attempts 3600');
    operations.pass(HOUR_MS);
    expect(await reset(await issue())).toBe('done');
  });

  it('at once are compared at most five times', async () => {
    const code = await issue();
    let compared = 0;
    const { supportCodes } = operations.dependencies;
    const on = operations.with({
      supportCodes: override(supportCodes, {
        matches: (...parameters) => {
          compared += 1;
          return supportCodes.matches(...parameters);
        },
      }),
    });
    const guesses = Array.from({ length: 8 }, () => reset(wrong(code), on));
    const outcomes = await Promise.all(guesses);
    expect(compared).toBe(5);
    expect(outcomes.filter((outcome) => outcome === FAILED)).toHaveLength(5);
  });

  it('do not count where the code was right or could not be compared', async () => {
    const code = await issue();
    const { supportCodes, accounts } = operations.dependencies;
    const outage = operations.with({
      supportCodes: override(supportCodes, { matches: down('vault') }),
    });
    const lost = operations.with({ accounts: override(accounts, { commit: down() }) });
    for (let index = 0; index < 6; index += 1) {
      expect(await reset(code, outage)).toBe('unavailable');
      expect(await reset(code, lost)).toBe('unavailable');
    }
    expect(await reset(code)).toBe('done');
  });

  it('cost nothing where the tenant requires more than the call brings', async () => {
    const principal = await operations.sessionOf(admin);
    const patch = { reset: { reason: 'required' } } as const;
    const request = { principal, patch, ifMatch: undefined };
    await updateSettings(operations.dependencies, request, operations.context());
    const code = await issue();
    for (let index = 0; index < 6; index += 1) {
      expect(await reset(wrong(code))).toBe('reset-requirements-unmet');
    }
    const terms = { reason: 'x', ...proofOf(code) };
    expect(await outcomeText(operations.reset(admin, ana.userId, terms))).toBe('done');
  });
});

/** The acts of a history, at whose end a liar has old codes and the row. */
const ACTS = ['issue', 'sign out', 'wait', 'edit', 'reset'] as const;

it('that is live is the only proof, in any history of codes and sessions', async () => {
  const { dependencies } = operations;
  const patch = { reset: { verification: 'required' } } as const;
  const principal = await operations.sessionOf(admin);
  const request = { principal, patch, ifMatch: undefined };
  await updateSettings(dependencies, request, operations.context());
  const history = fc.array(fc.constantFrom(...ACTS), { maxLength: 6 });
  const property = fc.asyncProperty(history, async (acts) => {
    operations.pass(HOUR_MS);
    made += 1;
    const ben = await operations.addReadyUser(admin, `ben-${made}@contoso.example`);
    const proven = (code: string) =>
      outcomeText(operations.reset(admin, ben.userId, proofOf(code)));
    const ended: string[] = [];
    let live: string | undefined;
    let isSignedIn = true;
    const end = () => {
      if (live !== undefined) ended.push(live);
      live = undefined;
    };
    for (const act of acts) {
      if (act === 'wait') operations.pass(TTL_MS);
      if (act !== 'edit') end();
      if (act === 'issue' && isSignedIn) live = await issue(operations, ben);
      if (act === 'sign out' && isSignedIn) {
        const session = await operations.sessionOf(ben);
        await signOutEverywhere(dependencies, session, operations.context());
      }
      if (act === 'reset') {
        const terms = { verification: { kind: 'callBack' } } as const;
        await operations.reset(admin, ben.userId, terms);
        isSignedIn = false;
      }
    }
    const row = JSON.stringify((await operations.user(ben.userName)).supportCode ?? '');
    const liar = [...ended.slice(-2), '0000-0000', /"digest":"([^"]+)"/.exec(row)?.[1] ?? ''];
    for (const text of liar) expect(await proven(text)).toBe(FAILED);
    expect(await outcomeText(operations.reset(admin, ben.userId))).toBe('reset-requirements-unmet');
    if (live !== undefined) expect(await proven(live)).toBe('done');
  });
  await fc.assert(property, { numRuns: 15 });
});
