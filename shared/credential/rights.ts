import type { User } from './user.ts';

/**
 * Everything that the rights of a caller rest on. A change of any of these ends each judgement
 * that was made by them; nothing else of a caller may be judged by, and the types see to it.
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
