import { generateKeyPairSync } from 'node:crypto';
import type { Clock } from '../../shared/port/clock.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import type { SecretVersion, Vault } from '../../shared/port/vault.ts';

/** A clock that a test moves. */
export class ManualClock implements Clock {
  nowMs: number;

  constructor(nowMs = Date.UTC(2026, 0, 1)) {
    this.nowMs = nowMs;
  }

  now(): number {
    return this.nowMs;
  }
}

/** A vault with one secret, for faults, slowness and rotation by the clock. */
export class VaultDouble implements Vault {
  versions: SecretVersion[] = [];
  isDown = false;
  calls = 0;
  /** The number of the caller's known versions in each call. */
  known: number[] = [];
  /** When set, answers wait for it. */
  gate: Promise<void> | undefined;

  add(version: string, value: string, createdAtMs: number): void {
    this.versions.push({ version, value, createdAtMs });
  }

  disable(version: string): void {
    this.versions = this.versions.filter((one) => one.version !== version);
  }

  async listSecretVersions(
    _name: string,
    known: ReadonlyMap<string, SecretVersion>,
  ): Promise<readonly SecretVersion[]> {
    this.calls += 1;
    this.known.push(known.size);
    await this.gate;
    if (this.isDown) throw new Unavailable('vault', 'The vault is down.');
    return this.versions.map((one) => known.get(one.version) ?? { ...one });
  }
}

/** A fresh P-256 private key as the vault keeps it. */
export function privateJwk(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return JSON.stringify(privateKey.export({ format: 'jwk' }));
}

/** Lets everything that is already resolved run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
