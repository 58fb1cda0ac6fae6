import type { AddressHistory } from './address.ts';
import type { Tenant, UserId, UserName } from './name.ts';
import type { Role } from './role.ts';
import type { SupportCode } from './support-code.ts';

/**
 * The state of the user's password; hashes are kept apart ({@link CredentialSecret} in
 * port/store.ts).
 */
export type Credential =
  | { readonly kind: 'none' }
  | TemporaryCredential
  | { readonly kind: 'permanent'; readonly changedAtMs: number };

export interface TemporaryCredential {
  /** `expired` once the sweep has marked it; before that `now >= expiresAtMs` decides. */
  readonly kind: 'temporary' | 'expired';
  /** The id of one issued temporary password; the expiry index names it. */
  readonly issueId: string;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** The admin who issued it; undefined if the bootstrap did. */
  readonly issuedBy: UserId | undefined;
  /** The time when the user last set a permanent password, if ever. */
  readonly changedAtMs: number | undefined;
}

export type UserStatus = 'active' | 'disabled';

export interface User {
  readonly userId: UserId;
  readonly userName: UserName;
  readonly tenant: Tenant;
  readonly displayName: string;
  readonly email: string | undefined;
  /** Never the same as `email`. */
  readonly secondEmail: string | undefined;
  readonly addressHistory: AddressHistory;
  readonly locale: string | undefined;
  readonly roles: readonly Role[];
  /** The moment when the last role of an admin went, if ever; a later one may be there again. */
  readonly adminUntilMs: number | undefined;
  readonly status: UserStatus;
  readonly credential: Credential;
  /** The ETag of the contract. Raised with each change of a member that PATCH takes. */
  readonly profileVersion: number;
  /** The number of the password, raised with each new one. Tokens carry it. */
  readonly credentialVersion: number;
  /** The number that is raised when sessions end though the password stays. Tokens carry it. */
  readonly sessionEpoch: number;
  /** True if strangers' failures in a row reached their limit; see lockout.ts. */
  readonly isLocked: boolean;
  /** A freeze keeps the user out, whatever status and password are. Only a reset ends it. */
  readonly isFrozen: boolean;
  /** The admin whose reset the owner disowned. That admin may not reset the frozen account. */
  readonly disownedResetBy: UserId | undefined;
  /** The number of the event of the last reset, by which freeze links are dated; 0: none. */
  readonly lastResetSequence: number;
  /** The moment that voids every series of failures which began at or before it. */
  readonly attemptsClearedAtMs: number;
  /** The waits that an unlock ended, by `seriesTag` of lockout.ts. */
  readonly waitsEnded: readonly string[];
  /** The id of the last issue that was proven on its issuer's device, if any. */
  readonly usedByIssuer: string | undefined;
  /** The last support code, which may have ended. */
  readonly supportCode: SupportCode | undefined;
  /** The moments of the last support codes, oldest first. */
  readonly supportCodesAtMs: readonly number[];
  /** The moments of the last mailed parts of split passwords, which are limited. */
  readonly partsAtMs: readonly number[];
  readonly createdAtMs: number;
  readonly lastSignInAtMs: number | undefined;
  /** The number and time of the last event of this user; the next ones are never earlier. */
  readonly eventSequence: number;
  readonly lastEventAtMs: number;
}

/** The entry that the tenant row keeps of each globalAdmin and userManagementAdmin. */
export interface Admin {
  readonly userId: UserId;
  readonly userName: UserName;
  readonly displayName: string;
  readonly isGlobal: boolean;
  /** True if active, not frozen and with a permanent password: able to help others now. */
  readonly isEffective: boolean;
  /** True if strangers' failures locked this admin out: not to be named as help. */
  readonly isLocked: boolean;
}
