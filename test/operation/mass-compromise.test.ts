import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { endSessions } from '../../shared/maintenance/end-sessions.ts';
import { planResets, resetUsers } from '../../shared/maintenance/reset-users.ts';
import { createUser } from '../../shared/operation/create-user.ts';
import { resetPassword } from '../../shared/operation/reset-password.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { withPlaces } from '../fixture/override.ts';

/** The traps of an intruder while an operator follows infra/RUNBOOK.md, "Mass compromise". */

let operations: Operations;
let intruder: SignedInUser;
let ana: SignedInUser;
let run: { readonly runId: string; readonly startedAtMs: number; readonly isResumed: false };

beforeEach(async () => {
  operations = await createOperations();
  intruder = await operations.readyAdmin();
  ana = await operations.addReadyUser(intruder, 'ana@contoso.example');
  const startedAtMs = operations.clock.nowMs;
  run = { runId: randomUUID(), startedAtMs, isResumed: false };
});
afterEach(() => operations.stop());

/** A creation of a global admin and a reset, both judged and waiting for their hash. */
async function waiting() {
  const gate = Promise.withResolvers<void>();
  const hash = vi.fn(() => gate.promise);
  const hasher = withPlaces(operations.dependencies.hasher, (place) => ({
    hash: async (password) => {
      await hash();
      return place.hash(password);
    },
  }));
  const { dependencies } = operations.with({ hasher });
  const principal = await operations.sessionOf(intruder);
  const userName = nameOf('eve@contoso.example');
  const profile = {
    displayName: 'Eve',
    email: undefined,
    secondEmail: undefined,
    locale: undefined,
  };
  const wanted = { userName, ...profile, roles: ['globalAdmin'] as const };
  const calls = [
    createUser(dependencies, { principal, wanted }, operations.context()),
    resetPassword(dependencies, { principal, userId: ana.userId }, operations.context()),
  ].map(outcomeText);
  await expect.poll(() => hash.mock.calls.length).toBe(2);
  return {
    async letOn() {
      gate.resolve();
      return Promise.all(calls);
    },
  };
}

/** Rows of accounts with their tags. */
const rows = () => operations.tables.rows('accounts');

const MEASURES: Readonly<Record<string, () => Promise<unknown>>> = {
  'end-sessions of the tenant': async () => {
    const { tenant } = await operations.user(intruder.userName);
    const request = { ...run, scope: { tenant } };
    return endSessions(operations.dependencies, request, operations.context(), () => {});
  },
  'end-sessions of everybody': () =>
    endSessions(operations.dependencies, { ...run, scope: 'all' }, operations.context(), () => {}),
  'reset-tenant': async () => {
    const { tenant } = await operations.user(intruder.userName);
    const { resets } = await planResets(operations.dependencies, { tenant });
    const request = { ...run, resets };
    return resetUsers(operations.dependencies, request, operations.context(), () => {});
  },
};

describe('after a mass compromise', () => {
  it.each(Object.entries(MEASURES))(
    'leaves no change of an intruder from the hash queue after %s',
    async (_name, measure) => {
      const { letOn } = await waiting();
      await measure();
      const before = await rows();
      expect(await letOn()).toEqual(['invalid-token', 'invalid-token']);
      expect(await rows()).toEqual(before);
      const eve = await operations.dependencies.accounts.findUser(nameOf('eve@contoso.example'));
      expect(eve).toBeUndefined();
    },
  );

  it('carries out a change that waits in the hash queue without such a measure', async () => {
    const { letOn } = await waiting();
    expect(await letOn()).toEqual(['done', 'done']);
  });
});
