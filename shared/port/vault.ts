/** An enabled version of a secret. */
export interface SecretVersion {
  readonly version: string;
  /** The value; empty if the version has no value, or the vault refuses to return it. */
  readonly value: string;
  readonly createdAtMs: number;
}

/** The most enabled versions of one secret: with one rotation a month, eight years of them. */
export const SECRET_VERSION_LIMIT = 100;

export interface Vault {
  /**
   * Lists the enabled versions, at most {@link SECRET_VERSION_LIMIT}, oldest first. `known` are
   * versions whose values the caller has; the vault need not read them again (a version is
   * immutable).
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

/**
 * The port that adds and retires versions of secrets, as an operator may and the service may not.
 */
export interface SecretAdmin {
  /**
   * Lists the versions, oldest first, disabled ones too; empty when there is no such secret.
   * @throws {Unavailable}
   */
  listVersions(name: string): Promise<readonly KeptVersion[]>;
  /**
   * Adds a version, and the secret when it is missing.
   * @throws {Unavailable} it may have been added
   */
  addVersion(name: string, value: string): Promise<KeptVersion>;
  /**
   * Enables or disables a version.
   * @throws {Unavailable} it may have been done
   */
  setEnabled(name: string, version: string, isEnabled: boolean): Promise<void>;
}
