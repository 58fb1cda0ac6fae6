import { describe, expect, it } from 'vitest';
import { Api } from '../../functions/portal/script/api.ts';

interface Held {
  readonly answer: () => void;
  readonly fail: () => void;
}

/** A browser that reports itself offline, and whose calls end when the test says so. */
function offlineApi() {
  const held: Held[] = [];
  const fetch = () =>
    new Promise<Response>((resolve, reject) => {
      held.push({
        answer: () => resolve(Response.json({})),
        fail: () => reject(new TypeError('no network')),
      });
    });
  const api = new Api({
    fetch,
    isOnline: () => false,
    token: () => undefined,
    language: () => 'en',
    onProgress: () => {},
    onSessionEnded: () => {},
    now: () => 0,
  });
  const call = () => api.call('GET /api/password-policy').catch(() => {});
  return { api, held, call };
}

describe('the offline banner', () => {
  it('stays when a slow answer to an earlier call arrives', async () => {
    const { api, held, call } = offlineApi();
    const [slow, failing] = [call(), call()];
    held[1]?.fail();
    await failing;
    expect(api.isOffline).toBe(true);
    held[0]?.answer();
    await slow;
    expect(api.isOffline).toBe(true);
  });

  it('goes with a later answer, and an earlier call that fails does not bring it back', async () => {
    const { api, held, call } = offlineApi();
    const [slow, answered] = [call(), call()];
    held[1]?.answer();
    await answered;
    held[0]?.fail();
    await slow;
    expect(api.isOffline).toBe(false);
  });
});
