import type { Tenant, UserId, UserName } from './name.ts';
import type { Role } from './role.ts';

/** What the user's password is now; hashes are kept apart ({@link CredentialSecret} in port.ts). */
export type Credential =
  | { readonly kind: 'none' }
  | TemporaryCredential
  | { readonly kind: 'permanent'; readonly changedAtMs: number };

export interface TemporaryCredential {
  /** `expired` once the sweep has been there; before it `now >= expiresAtMs` decides. */
  readonly kind: 'temporary' | 'expired';
  /** One per issued temporary password; the expiry index names it. */
  readonly issueId: string;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** The admin who issued it; undefined when the bootstrap did. */
  readonly issuedBy: UserId | undefined;
  /** When the user last had set a password of the own, if ever. */
  readonly changedAtMs: number | undefined;
}

export type UserStatus = 'active' | 'disabled';

export interface User {
  readonly userId: UserId;
  readonly userName: UserName;
  readonly tenant: Tenant;
  readonly displayName: string;
  readonly email: string | undefined;
  readonly locale: string | undefined;
  readonly roles: readonly Role[];
  readonly status: UserStatus;
  readonly credential: Credential;
  /** Raised with displayName, email, locale, roles and status: the ETag of the contract. */
  readonly profileVersion: number;
  /** Raised with each new password. Tokens carry it. */
  readonly credentialVersion: number;
  /** Raised when sessions end though the password stays. Tokens carry it. */
  readonly sessionEpoch: number;
  /** Strangers' failures in a row reached their limit; see lockout.ts. */
  readonly isLocked: boolean;
  /** A series of failures that began at or before this moment is void. */
  readonly attemptsClearedAtMs: number;
  /** The waits that an unlock ended, by `seriesTag` of lockout.ts. */
  readonly waitsEnded: readonly string[];
  readonly createdAtMs: number;
  readonly lastSignInAtMs: number | undefined;
  /** Number and time of the last event of this user; the next ones are never earlier. */
  readonly eventSequence: number;
  readonly lastEventAtMs: number;
}

/** What the tenant row keeps of each globalAdmin and userManagementAdmin. */
export interface Admin {
  readonly userId: UserId;
  readonly userName: UserName;
  readonly displayName: string;
  readonly isGlobal: boolean;
  /** Active and with a permanent password: able to help others now. */
  readonly isEffective: boolean;
  /** Strangers' failures locked this admin out: not to be asked for help. */
  readonly isLocked: boolean;
}
