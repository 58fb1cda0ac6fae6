import type { PasswordPolicy } from '../credential/policy/password-policy.ts';
import type { Clock, RandomBytes } from '../port/clock.ts';
import type { ExpiryIndex } from '../port/expiry.ts';
import type { ClientNetwork, PasswordHasher } from '../port/hasher.ts';
import type { Log } from '../port/log.ts';
import type { PartMailer } from '../port/mailer.ts';
import type { Receipts } from '../port/receipt.ts';
import type { SearchIndex } from '../port/search.ts';
import type { AccountStore, AttemptStore } from '../port/store.ts';
import type { SummaryStore } from '../port/summary.ts';
import type { Telemetry } from '../port/telemetry.ts';
import type { KeyedDigest, Seal, Tokens } from '../port/token.ts';

/** The dependencies that operations can have; each takes the slice that it uses. */
export interface Dependencies {
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** Resolves after so many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  readonly accounts: AccountStore;
  readonly attempts: AttemptStore;
  readonly expiries: ExpiryIndex;
  readonly search: SearchIndex;
  readonly summaries: SummaryStore;
  readonly hasher: PasswordHasher;
  readonly tokens: Tokens;
  readonly receipts: Receipts;
  /** The digests of calls under an `Idempotency-Key`. */
  readonly callDigests: KeyedDigest;
  readonly cursors: Seal;
  /** The names of the lanes of notices: of mail and of each webhook that is set. */
  readonly lanes: readonly string[];
  /** The sender of the mailed parts of split passwords; undefined: no mail is sent. */
  readonly partMailer: PartMailer | undefined;
  /** The seal of device tokens. */
  readonly devices: Seal;
  /** The seal of freeze tokens. */
  readonly freezes: Seal;
  /** The digest of support codes. */
  readonly supportCodes: KeyedDigest;
  readonly telemetry: Telemetry;
  readonly policy: PasswordPolicy;
  /** Judges whether a list of common and breached passwords has this text. */
  readonly isCommon: (text: string) => boolean;
  /** The setting SIGN_IN_FREE_ATTEMPTS. */
  readonly freeAttempts: number;
  readonly temporaryPasswordTtlMs: number;
}

/** The dependencies of every change of an account. */
export type ChangeDependencies = Pick<
  Dependencies,
  'accounts' | 'clock' | 'randomBytes' | 'pause' | 'lanes'
>;

/** The context of one request or timer run. */
export interface RequestContext {
  /** The id of the request, a UUID; events and log lines carry it. */
  readonly requestId: string;
  readonly log: Log;
  /**
   * The networks of the caller (http/client-network.ts), which share the slots of the hash queue.
   */
  readonly network?: ClientNetwork;
}
