import bcryptjs from 'bcryptjs';
import { afterAll, describe, expect, it } from 'vitest';
import {
  findEngine,
  type NativeBcrypt,
  openNativeEngine,
} from '../../shared/crypto/password/bcrypt-engine.ts';
import { createHashQueue, hashWorkerUrl } from '../../shared/crypto/password/hash-queue.ts';

/** Both engines, behind the same workers, on each other's hashes. */

const ENGINES = ['bcryptjs', 'native'] as const;
/** Pre-hashes as the hasher makes them: base64 of an HMAC-SHA-384. */
const PRE_HASHES = ['A'.repeat(64), 'zZ09+/'.repeat(10).padEnd(64, '='), '/'.repeat(64)];

const queues = new Map(
  ENGINES.map((engine) => {
    const options = { workerUrl: hashWorkerUrl(), clock: Date, threads: 1, engine: () => engine };
    return [engine, createHashQueue(options)];
  }),
);
afterAll(() => Promise.all([...queues.values()].map((queue) => queue.close())));

function slotOf(engine: (typeof ENGINES)[number]) {
  const slot = queues.get(engine)?.acquire();
  if (slot === undefined) throw new Error('the queue is full');
  return slot;
}

const pairs = ENGINES.flatMap((writer) => ENGINES.map((reader) => ({ writer, reader })));

describe('a bcrypt hash', () => {
  it.each(pairs)(
    'by $writer is verified by $reader, and a wrong text is rejected',
    async (pair) => {
      const [writer, reader] = [slotOf(pair.writer), slotOf(pair.reader)];
      for (const [index, preHash] of PRE_HASHES.entries()) {
        const { bcrypt } = await writer.run({ kind: 'hash', preHash, cost: 4 + index });
        expect(bcrypt).toMatch(/^\$2b\$0[456]\$[./A-Za-z0-9]{53}$/);
        const verify = { kind: 'verify', bcrypt, topUpCosts: [4] } as const;
        const right = await reader.run({ ...verify, preHash });
        expect(right).toEqual({ kind: 'verify', isMatch: true, costs: [4 + index] });
        const wrong = await reader.run({ ...verify, preHash: `${preHash.slice(0, -1)}.` });
        expect(wrong).toEqual({ kind: 'verify', isMatch: false, costs: [4 + index, 4] });
      }
      for (const slot of [writer, reader]) slot.release();
    },
  );

  it.each(ENGINES)('by %s has a random salt', async (engine) => {
    const slot = slotOf(engine);
    const hash = () => slot.run({ kind: 'hash', preHash: 'a', cost: 4 });
    expect((await hash()).bcrypt.slice(0, 29)).not.toBe((await hash()).bcrypt.slice(0, 29));
    slot.release();
  });

  it.each(pairs)('under a stored salt is the same by $writer and $reader', async (pair) => {
    const [writer, reader] = [slotOf(pair.writer), slotOf(pair.reader)];
    for (const preHash of PRE_HASHES) {
      const first = await writer.run({ kind: 'hash', preHash, cost: 4 });
      const salt = first.bcrypt.slice(7, 29);
      expect(await reader.run({ kind: 'hash', preHash, cost: 4, salt })).toEqual(first);
      const other = await reader.run({ kind: 'hash', preHash: `${preHash}.`, cost: 5, salt });
      expect(other.bcrypt.slice(0, 29)).toBe(`$2b$05$${salt}`);
    }
    for (const slot of [writer, reader]) slot.release();
  });

  it.each(ENGINES)('with an all-dots salt is verified by %s', async (engine) => {
    // Names that do not exist are compared with it; an engine that took it for malformed would
    // answer early, and reveal them.
    const slot = slotOf(engine);
    const bcrypt = bcryptjs.hashSync('a', `$2b$04$${'.'.repeat(22)}`);
    const verify = { kind: 'verify', bcrypt, topUpCosts: [] } as const;
    expect((await slot.run({ ...verify, preHash: 'a' })).isMatch).toBe(true);
    slot.release();
  });
});

describe('the native bcrypt engine', () => {
  const right: NativeBcrypt = {
    hashSync: () => '$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
    verifySync: (text) => text === 'U*U',
  };

  it('is used if it is installed, unless the setting names the other', () => {
    expect(findEngine('auto')).toBe('native');
    expect(findEngine('native')).toBe('native');
    expect(findEngine('bcryptjs')).toBe('bcryptjs');
  });

  it.each<[string, () => NativeBcrypt]>([
    [
      'is not installed',
      () => {
        throw new Error('MODULE_NOT_FOUND');
      },
    ],
    [
      'hashes something else',
      () => ({
        ...right,
        hashSync: () => right.hashSync('', 5, new Uint8Array()).replace('W', 'X'),
      }),
    ],
    ['lets everybody in', () => ({ ...right, verifySync: () => true })],
    ['locks everybody out', () => ({ ...right, verifySync: () => false })],
  ])('is not used if it %s', (_, load) => {
    expect(openNativeEngine(load)).toBeUndefined();
    expect(findEngine('auto', load)).toBe('bcryptjs');
    expect(findEngine('native', load)).toBeUndefined();
  });

  it('is used if it returns the known answer', () => {
    expect(findEngine('native', () => right)).toBe('native');
  });
});
