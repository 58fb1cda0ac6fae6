import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refusal } from '../../shared/credential/refusal.ts';
import type { OfferedTerms } from '../../shared/credential/reset.ts';
import {
  DEFAULT_SETTINGS,
  RESET_RULE_CHOICES,
  type ResetRules,
} from '../../shared/credential/tenant-settings.ts';
import { listRequirements } from '../../shared/operation/reset-requirement.ts';
import { updateSettings } from '../../shared/operation/tenant-settings.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import { MAIL_LANE } from '../../shared/port/notice.ts';
import {
  createOperations,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { down, override, withPlaces } from '../fixture/override.ts';
import { eventsOf } from './fixture/admin-context.ts';

const DAY_MS = 86_400_000;
const NONE: ResetRules = {
  reason: 'optional',
  ticket: 'optional',
  verification: 'optional',
  delivery: 'shown',
};

let operations: Operations;
let admin: SignedInUser;
let ana: SignedInUser;
let made = 0;

beforeAll(async () => {
  operations = (await createOperations()).with({ lanes: [MAIL_LANE] });
  admin = await operations.readyAdmin();
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
});
afterAll(() => operations.stop());

/** Sets the rules of the tenant, also looser ones, from now on. */
async function setRules(rules: Partial<ResetRules>): Promise<void> {
  const principal = await operations.sessionOf(admin);
  const patch = { reset: { ...NONE, ...rules } };
  const { dependencies } = operations;
  await updateSettings(
    dependencies,
    { principal, patch, ifMatch: undefined },
    operations.context(),
  );
  operations.pass(DAY_MS);
}

async function refusedTo(terms: OfferedTerms, target: SignedInUser, by = admin, on = operations) {
  const fault: unknown = await on.reset(by, target.userId, terms).then(
    () => undefined,
    (refusal: unknown) => refusal,
  );
  if (fault === undefined) return [];
  if (fault instanceof Refusal && fault.code === 'reset-requirements-unmet') {
    return fault.extra.requirements;
  }
  throw fault;
}

describe('a reset that lacks something', () => {
  it('is refused with all of it, costs no hash and changes nothing', async () => {
    await setRules({ reason: 'required', ticket: 'required', verification: 'required' });
    const before = await operations.user(ana.userName);
    let places = 0;
    const hasher = withPlaces(operations.dependencies.hasher, () => {
      places += 1;
      return {};
    });
    expect(await refusedTo({ ticket: 'INC-1' }, ana, admin, operations.with({ hasher }))).toEqual([
      'verification-required',
      'reason-required',
    ]);
    expect(places).toBe(0);
    expect(await operations.user(ana.userName)).toEqual(before);
  });

  it('is done once the call brings it, and the event has the terms', async () => {
    await setRules({ reason: 'required', ticket: 'required', verification: 'required' });
    const verification = { kind: 'callBack', reference: 'desk 4' } as const;
    const terms = { reason: 'Lost phone', ticket: 'INC-1042', verification };
    await operations.reset(admin, ana.userId, terms);
    const [event] = await eventsOf(operations, ana);
    expect(event).toMatchObject({ type: 'password.reset' });
    expect(event?.details).toEqual({
      clearedLock: false,
      delivery: 'shown',
      expiresInSeconds: 86_400,
      ...terms,
      verification: { ...verification, isProven: false },
    });
  });

  it('is refused by rules that were tightened while its password was hashed', async () => {
    await setRules(NONE);
    const before = await operations.user(ana.userName);
    const hasher = withPlaces(operations.dependencies.hasher, (place) => ({
      hash: async (password) => {
        await setRules({ reason: 'required' });
        return place.hash(password);
      },
    }));
    expect(await refusedTo({}, ana, admin, operations.with({ hasher }))).toEqual([
      'reason-required',
    ]);
    expect(await operations.user(ana.userName)).toEqual(before);
  });
});

describe('settings that cannot be read', () => {
  /** An instance whose store answers this many reads of the settings, and no more. */
  function answering(reads: number): Operations {
    const { accounts } = operations.dependencies;
    let left = reads;
    return operations.with({
      accounts: override(accounts, {
        findSettings: (tenant) => {
          left -= 1;
          return left < 0 ? down()() : accounts.findSettings(tenant);
        },
      }),
    });
  }

  it('refuse a reset as an outage, before the hash and after it, never by the default', async () => {
    await setRules(NONE);
    const tried = (reads: number) => outcomeText(answering(reads).reset(admin, ana.userId));
    expect([await tried(0), await tried(1), await tried(2)]).toEqual([
      'unavailable',
      'unavailable',
      'done',
    ]);
  });
});

describe('a user who was an admin', () => {
  it('is covered as one for a day after the demotion', async () => {
    await setRules({ verification: 'requiredForAdmins' });
    made += 1;
    const name = `was-${made}@contoso.example`;
    const lea = await operations.addReadyUser(admin, name, ['userManagementAdmin']);
    const principal = await operations.sessionOf(admin);
    const request = { principal, userId: lea.userId, patch: { roles: ['salesAgent'] } } as const;
    await updateUser(operations.dependencies, request, operations.context());
    operations.pass(DAY_MS - 1);
    expect(await refusedTo({}, lea)).toEqual(['verification-required']);
    operations.pass(1);
    expect(await refusedTo({}, lea)).toEqual([]);
  });
});

const ruleChoices = fc.record({
  reason: fc.constantFrom(...RESET_RULE_CHOICES.reason),
  ticket: fc.constantFrom(...RESET_RULE_CHOICES.ticket),
  verification: fc.constantFrom(...RESET_RULE_CHOICES.verification),
  delivery: fc.constantFrom(...RESET_RULE_CHOICES.delivery),
});

it('lists for a user exactly what a reset that brings nothing is refused with', async () => {
  const members = fc.record({
    isAdmin: fc.boolean(),
    email: fc.constantFrom(null, 'one@mail.example', 'two@mail.example'),
    waitMs: fc.constantFrom(0, DAY_MS, 14 * DAY_MS),
    hasMail: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(ruleChoices, members, async (rules, { isAdmin, email, waitMs, hasMail }) => {
      made += 1;
      const role = isAdmin ? 'userManagementAdmin' : 'salesAgent';
      const lea = await operations.addReadyUser(admin, `lea-${made}@contoso.example`, [role]);
      await setRules(rules);
      const principal = await operations.sessionOf(admin);
      const request = { principal, userId: lea.userId, patch: { email } };
      await updateUser(operations.dependencies, request, operations.context());
      operations.pass(waitMs);
      const on = operations.with({ lanes: hasMail ? [MAIL_LANE] : [] });
      const target = await operations.user(lea.userName);
      const found = await on.dependencies.accounts.findSettings(target.tenant);
      const settings = found?.value ?? DEFAULT_SETTINGS;
      const about = { target, callerId: admin.userId, settings };
      const listed = await listRequirements(on.dependencies, about);
      expect(await refusedTo({}, lea, admin, on)).toEqual(listed);
    }),
    { numRuns: 25 },
  );
});
