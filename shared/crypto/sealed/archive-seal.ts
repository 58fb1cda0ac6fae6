import {
  type ArchiveReader,
  ArchiveRefused,
  type ArchiveSeal,
  type ArchiveWriter,
} from '../../port/archive.ts';
import type { RandomBytes } from '../../port/clock.ts';
import { Unavailable } from '../../port/unavailable.ts';
import type { SecretVersion } from '../../port/vault.ts';
import { closeBox, deriveBoxKey, openBox, readBoxHeader } from './box.ts';

/** The vault secret that backups are sealed with. */
export const BACKUP_KEY_SECRET = 'backup-key';
/** 256 bits, in base64url. */
export const BACKUP_KEY_BYTES = 32;
const BACKUP_KEY = /^[A-Za-z0-9_-]{43}$/;

const TYPE = 'portal-credentials-backup';
/** Each archive has a key of its own, so the limit of texts under one key is its parts'. */
const KEY_INFO = 'portal-credentials/backup/v1';
const ARCHIVE_ID_BYTES = 16;
/**
 * The most characters of a line. A part has 256 Ki characters of JSON and one more entry, two rows
 * of at most 1 MiB; escaped, as UTF-8 and in base64 that stays below.
 */
export const ARCHIVE_LINE_MAX_LENGTH = 16 * 1024 * 1024;

const MEMBERS = ['typ', 'archive', 'part', 'last'] as const;

/** Judges whether a version can seal: 256 bits in base64url. */
export function isBackupKey({ value }: Pick<SecretVersion, 'value'>): boolean {
  return BACKUP_KEY.test(value);
}

/**
 * Derives the key of an archive.
 * @throws {Unavailable} the secret is not a backup key
 */
function archiveKey({ version, value }: SecretVersion, archiveId: string): Uint8Array {
  if (!isBackupKey({ value })) {
    const what = `${BACKUP_KEY_SECRET} version ${version}`;
    throw new Unavailable('vault', `${what} is not ${BACKUP_KEY_BYTES} bytes in base64url.`);
  }
  const bytes = Buffer.from(value, 'base64url');
  return deriveBoxKey(bytes, archiveId, KEY_INFO);
}

/**
 * Creates the seal of archives. An archive is a list of JWEs. The protected header of each names
 * the key's version (`kid`), the archive, the number of the part, and whether it is the last: a
 * part that was left out, added, moved or taken from another archive does not decrypt or is out of
 * its place.
 */
export function createArchiveSeal(
  key: {
    /**
     * Returns the key for a new archive.
     * @throws {Unavailable}
     */
    newest(): Promise<SecretVersion>;
    /**
     * @returns undefined if there is no such enabled version
     * @throws {Unavailable}
     */
    find(version: string): Promise<SecretVersion | undefined>;
  },
  randomBytes: RandomBytes,
): ArchiveSeal {
  return {
    async begin() {
      const archiveId = Buffer.from(randomBytes(ARCHIVE_ID_BYTES)).toString('hex');
      const newest = await key.newest();
      return createWriter(archiveId, newest.version, archiveKey(newest, archiveId));
    },
    read: (archiveId) => new PartReader(key, archiveId),
  };
}

function createWriter(archiveId: string, kid: string, secret: Uint8Array): ArchiveWriter {
  let part = 0;
  return {
    archiveId,
    async seal(text, isLast) {
      const header = {
        kid,
        typ: TYPE,
        archive: archiveId,
        part: String(part),
        last: isLast ? 'yes' : 'no',
      };
      part += 1;
      return closeBox(text, header, secret);
    },
  };
}

class PartReader implements ArchiveReader {
  readonly #key: Parameters<typeof createArchiveSeal>[0];
  #archiveId: string | undefined;
  #secret: { readonly kid: string; readonly bytes: Uint8Array } | undefined;
  #part = 0;
  #isLast = false;

  constructor(key: Parameters<typeof createArchiveSeal>[0], archiveId: string | undefined) {
    this.#key = key;
    this.#archiveId = archiveId;
  }

  get archiveId(): string | undefined {
    return this.#archiveId;
  }

  async open(line: string): Promise<string> {
    const header = readBoxHeader(line, { maxLength: ARCHIVE_LINE_MAX_LENGTH, members: MEMBERS });
    if (header?.typ !== TYPE)
      throw new ArchiveRefused(`Part ${this.#part} is not part of a backup.`);
    if (this.#isLast) throw new ArchiveRefused('Something follows the last part of the backup.');
    if (header.part !== String(this.#part)) {
      throw new ArchiveRefused(`Part ${this.#part} of the backup is missing or out of its place.`);
    }
    if (header.archive !== (this.#archiveId ?? header.archive)) {
      throw new ArchiveRefused(`Part ${this.#part} belongs to another backup.`);
    }
    const text = await this.#decrypt(line, await this.#secretOf(header.kid, header.archive));
    this.#archiveId = header.archive;
    this.#isLast = header.last === 'yes';
    this.#part += 1;
    return text;
  }

  end(): void {
    if (!this.#isLast) {
      throw new ArchiveRefused(`The backup is cut short: part ${this.#part} is missing.`);
    }
  }

  async #secretOf(kid: string, archiveId: string): Promise<Uint8Array> {
    if (this.#secret?.kid === kid) return this.#secret.bytes;
    const found = await this.#key.find(kid);
    if (this.#secret !== undefined || found === undefined) {
      const what = `the version of ${BACKUP_KEY_SECRET} that part ${this.#part} names`;
      throw new ArchiveRefused(`The vault does not have ${what}: is it the vault of this backup?`);
    }
    this.#secret = { kid, bytes: archiveKey(found, archiveId) };
    return this.#secret.bytes;
  }

  async #decrypt(line: string, secret: Uint8Array): Promise<string> {
    const text = await openBox(line, secret);
    if (text !== undefined) return text;
    const part = `Part ${this.#part} of the backup`;
    throw new ArchiveRefused(`${part} was changed, or sealed with another key.`);
  }
}
