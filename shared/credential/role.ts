/** Every role, in the order in which people read them. */
export const ROLES = [
  'globalAdmin',
  'userManagementAdmin',
  'accountAdmin',
  'billingAdmin',
  'adminAgent',
  'salesAgent',
  'helpdeskAgent',
] as const;

export type Role = (typeof ROLES)[number];

/** globalAdmin 2 > userManagementAdmin 1 > all business roles 0. */
export type Rank = 0 | 1 | 2;

export function rankOfRole(role: Role): Rank {
  if (role === 'globalAdmin') return 2;
  return role === 'userManagementAdmin' ? 1 : 0;
}

/** Returns the highest rank among the roles. */
export function rankOf(roles: readonly Role[]): Rank {
  return Math.max(0, ...roles.map(rankOfRole)) as Rank;
}
