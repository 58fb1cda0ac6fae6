import type { User } from './user.ts';

/**
 * The fields that the rights of a caller rest on. A change of any of them ends each judgement that
 * was made by them. No other field of a caller may be judged by, and the types ensure it.
 */
const RIGHTS = [
  'userId',
  'tenant',
  'roles',
  'status',
  'credential',
  'credentialVersion',
  'sessionEpoch',
] as const satisfies readonly (keyof User)[];

export type Rights = Pick<User, (typeof RIGHTS)[number]>;

export function isSameRights(one: Rights, other: Rights): boolean {
  return RIGHTS.every((member) => JSON.stringify(one[member]) === JSON.stringify(other[member]));
}
