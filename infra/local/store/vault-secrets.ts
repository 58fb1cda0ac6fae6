import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { DataDirectoryError } from './data-directory.ts';
import { writeDurably } from './durable-file.ts';

/** One version of a secret; its value never changes. Times are whole seconds, as the vault's. */
export interface VaultSecretVersion {
  /** The id of the version, 32 hex digits. */
  readonly version: string;
  readonly value: string;
  readonly enabled: boolean;
  readonly createdSeconds: number;
  readonly updatedSeconds: number;
  readonly contentType: string | undefined;
  readonly tags: Readonly<Record<string, string>> | undefined;
}

export type NewSecretVersion = Pick<VaultSecretVersion, 'value' | 'enabled'> &
  Partial<Pick<VaultSecretVersion, 'contentType' | 'tags'>>;

/** The secrets by name; members that a later version of the service adds stay. */
const FILE = z.array(
  z.tuple([
    z.string(),
    z.array(
      z.looseObject({
        version: z.string(),
        value: z.string(),
        enabled: z.boolean(),
        createdSeconds: z.int(),
        updatedSeconds: z.int(),
        contentType: z.string().optional(),
        tags: z.record(z.string(), z.string()).optional(),
      }),
    ),
  ]),
);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The secrets of one vault, in memory and, when `file` is given, in that file (mode 0600). */
export class VaultSecrets {
  readonly #file: string | undefined;
  /** The secrets by name in lower case; versions in the order of their making. */
  #secrets: ReadonlyMap<string, readonly VaultSecretVersion[]>;
  #lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(
    file: string | undefined,
    secrets: ReadonlyMap<string, readonly VaultSecretVersion[]>,
  ) {
    this.#file = file;
    this.#secrets = secrets;
  }

  /** @throws {DataDirectoryError} the file is not a file of secrets */
  static async open(file: string | undefined): Promise<VaultSecrets> {
    if (file === undefined) return new VaultSecrets(undefined, new Map());
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return new VaultSecrets(file, new Map());
      throw new DataDirectoryError(`${file} cannot be read (${code}).`);
    }
    const secrets = FILE.safeParse(parseJson(text));
    if (secrets.success) {
      const absent = { contentType: undefined, tags: undefined };
      const filled = secrets.data.map(([name, versions]) => {
        return [name, versions.map((version) => ({ ...absent, ...version }))] as const;
      });
      return new VaultSecrets(file, new Map(filled));
    }
    throw new DataDirectoryError(
      `${file} is not a vault's file; it may hold the only copy of its secrets.`,
    );
  }

  /** Returns the versions in the order of their making; empty if there is no such secret. */
  versionsOf(name: string): readonly VaultSecretVersion[] {
    return this.#secrets.get(name.toLowerCase()) ?? [];
  }

  /** Adds a version. When this resolves it is on disk. */
  add(name: string, fresh: NewSecretVersion, nowMs: number): Promise<VaultSecretVersion> {
    const seconds = Math.floor(nowMs / 1000);
    const version: VaultSecretVersion = {
      version: randomBytes(16).toString('hex'),
      value: fresh.value,
      enabled: fresh.enabled,
      createdSeconds: seconds,
      updatedSeconds: seconds,
      contentType: fresh.contentType,
      tags: fresh.tags,
    };
    return this.#write(name, (versions) => [[...versions, version], version]);
  }

  /**
   * Changes a version. When this resolves the change is on disk.
   * @returns undefined if there is no such version
   */
  update(
    name: string,
    version: string,
    change: Partial<Pick<VaultSecretVersion, 'enabled' | 'contentType' | 'tags'>>,
    nowMs: number,
  ): Promise<VaultSecretVersion | undefined> {
    return this.#write(name, (versions) => {
      const before = versions.find((each) => each.version === version);
      if (before === undefined) return [versions, undefined];
      const after = { ...before, ...change, updatedSeconds: Math.floor(nowMs / 1000) };
      return [versions.map((each) => (each === before ? after : each)), after];
    });
  }

  /** Writes one change after the other; readers see a change only once it is on disk. */
  #write<Result>(
    name: string,
    change: (
      versions: readonly VaultSecretVersion[],
    ) => readonly [readonly VaultSecretVersion[], Result],
  ): Promise<Result> {
    const write = this.#lastWrite.then(async () => {
      const [versions, result] = change(this.versionsOf(name));
      const secrets = new Map(this.#secrets).set(name.toLowerCase(), versions);
      if (this.#file !== undefined) {
        await writeDurably(this.#file, `${JSON.stringify([...secrets], undefined, 2)}\n`);
      }
      this.#secrets = secrets;
      return result;
    });
    this.#lastWrite = write.catch(() => {});
    return write;
  }
}
