/** An enabled version of a secret. */
export interface SecretVersion {
  readonly version: string;
  /** Empty: the version has no value, or the vault refuses to give it. */
  readonly value: string;
  readonly createdAtMs: number;
}

/** Enabled versions of one secret: with one rotation a month, eight years of them. */
export const SECRET_VERSION_LIMIT = 100;

export interface Vault {
  /**
   * The enabled versions, at most {@link SECRET_VERSION_LIMIT}, oldest first. `known` are versions
   * whose values the caller has; the vault need not read them again (a version is immutable).
   * @throws {Unavailable}
   */
  listSecretVersions(
    name: string,
    known: ReadonlyMap<string, SecretVersion>,
  ): Promise<readonly SecretVersion[]>;
}

/** A version of a secret without its value. */
export interface KeptVersion {
  readonly version: string;
  readonly createdAtMs: number;
  readonly isEnabled: boolean;
}

/** Adds and retires versions of secrets: what an operator may do and the service may not. */
export interface SecretAdmin {
  /** Oldest first, disabled ones too; empty when there is no such secret. @throws {Unavailable} */
  listVersions(name: string): Promise<readonly KeptVersion[]>;
  /** Makes the secret when it is missing. @throws {Unavailable} it may have happened */
  addVersion(name: string, value: string): Promise<KeptVersion>;
  /** @throws {Unavailable} it may have happened */
  setEnabled(name: string, version: string, isEnabled: boolean): Promise<void>;
}
