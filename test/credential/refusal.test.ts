import { expect, it } from 'vitest';
import { Refusal } from '../../shared/credential/refusal.ts';

it('creates a Refusal with its own name and its code as the message', () => {
  const refusal = new Refusal('conflict', { retryAfterSeconds: 1 });
  expect(refusal).toBeInstanceOf(Error);
  expect([refusal.name, refusal.message, refusal.code]).toEqual([
    'Refusal',
    'conflict',
    'conflict',
  ]);
  expect(refusal.extra).toEqual({ retryAfterSeconds: 1 });
  expect(new Refusal('forbidden').extra).toEqual({});
});
