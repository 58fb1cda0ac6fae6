import { expect, it } from 'vitest';
import type { User } from '../../functions/portal/client/index.ts';
import { isImported, stateNow } from '../../functions/portal/script/component/badge.ts';

const AT = '2026-11-29T12:00:00.000Z';
const user = (credential: object) => ({ createdAt: AT, credential }) as User;

it('calls a password imported only while it is as old as its user', () => {
  expect(isImported(user({ state: 'permanent', changedAt: AT }))).toBe(true);
  expect(isImported(user({ state: 'permanent', changedAt: '2026-11-29T12:00:00.001Z' }))).toBe(
    false,
  );
  expect(isImported(user({ state: 'temporary', issuedAt: AT }))).toBe(false);
});

it('calls a temporary password expired from its expiry on, by the time of the service', () => {
  const temporary = user({ state: 'temporary', expiresAt: AT });
  expect(stateNow(temporary, Date.parse(AT) - 1)).toBe('temporary');
  expect(stateNow(temporary, Date.parse(AT))).toBe('expired');
});
