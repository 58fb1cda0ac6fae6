import { HttpRequest, InvocationContext } from '@azure/functions';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTableStores } from '../../shared/azure/table/table-store.ts';
import { createPseudonyms } from '../../shared/crypto/secret/pseudonym.ts';
import { changePasswordEndpoint } from '../../shared/http/endpoint/change-password.ts';
import { createUserEndpoint } from '../../shared/http/endpoint/create-user.ts';
import { listUsersEndpoint } from '../../shared/http/endpoint/list-users.ts';
import { myProfileEndpoint } from '../../shared/http/endpoint/my-profile.ts';
import { resetPasswordEndpoint } from '../../shared/http/endpoint/reset-password.ts';
import { signInEndpoint } from '../../shared/http/endpoint/sign-in.ts';
import { signOutEverywhereEndpoint } from '../../shared/http/endpoint/sign-out-everywhere.ts';
import { updateUserEndpoint } from '../../shared/http/endpoint/update-user.ts';
import type { AnyEndpoint, Services } from '../../shared/http/endpoint.ts';
import { serve } from '../../shared/http/serve.ts';
import { expireTemporaryPasswords } from '../../shared/operation/expire-temporary-passwords.ts';
import { goodPassword } from '../fixture/good-password.ts';
import { createOperationsOn, type Operations, type SignedInUser } from '../fixture/operations.ts';
import { startTables, type TestTables } from '../fixture/tables.ts';

/**
 * Checks the store calls of each request; a new call must change a number here. At most: one
 * for the token, then five for a sign-in, four for a change, nine for a reset (seven before the
 * hash and after it judge caller, target and settings), two for the profile (that of the token is
 * one of them), two for a page of users (one for the settings, beside the token's), three for an
 * expiry. A reset of an admin reads the tenant row twice more.
 */

const DAY_MS = 24 * 60 * 60 * 1000;
const AUTHENTICATION = 'GET accounts';

let operations: Operations<TestTables>;
let admin: SignedInUser;
let ana: SignedInUser;

beforeEach(async () => {
  operations = createOperationsOn(await startTables());
  admin = await operations.readyAdmin();
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
});
afterEach(() => operations.stop());

interface Request {
  readonly token?: string;
  readonly body?: object;
  readonly params?: Record<string, string>;
  /** The `Idempotency-Key`. */
  readonly key?: string;
  /** The status of the answer; 2xx by default. */
  readonly status?: number;
}

/** Through the whole edge; the calls of the store that it took. */
function calls(
  endpoint: AnyEndpoint,
  request: Request,
  { dependencies, tables } = operations,
): Promise<readonly string[]> {
  const services: Services = {
    ...dependencies,
    publicOrigin: 'https://portal.example',
    portalUrl: 'https://portal.example/',
    portalOrigins: [],
    trustedProxyHops: 0,
    openLanes: () => [],
    outbox: operations.tables.outbox,
    hashEngine: () => 'bcryptjs',
    version: '1.2.3',
    pseudonymsOf: createPseudonyms(operations.peppers),
    findUnavailableParts: async () => [],
  };
  const { body, token, params = {}, status, key } = request;
  return tables.transport.record(async () => {
    const answer = await serve(endpoint, async () => services)(
      new HttpRequest({
        method: endpoint.method,
        url: `https://portal.example/${endpoint.route}`,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(key !== undefined && { 'idempotency-key': `"${key}"` }),
        },
        params,
        ...(body !== undefined && { body: { string: JSON.stringify(body) } }),
      }),
      new InvocationContext(),
    );
    if (status !== undefined) expect(answer.status).toBe(status);
    else expect(answer.status, String(answer.body)).toBeLessThan(300);
  });
}

function signIn({ userName, password }: SignedInUser): Promise<readonly string[]> {
  return calls(signInEndpoint, { body: { userName, password } });
}

it('makes for a sign-in: attempt, two parallel reads, clearing, time', async () => {
  // The first of a tenant in ten seconds reads the admins who can help, and the contact.
  await signIn(admin);
  expect(await signIn(ana)).toEqual([
    'POST attempts',
    'GET accounts',
    'GET accounts',
    'DELETE attempts',
    'PATCH accounts',
  ]);
});

it('makes on a known device one read more, that of the token’s user', async () => {
  await signIn(admin);
  const { userName, password, deviceToken } = ana;
  expect(await calls(signInEndpoint, { body: { userName, password, deviceToken } })).toEqual([
    'GET accounts',
    'POST attempts',
    'GET accounts',
    'GET accounts',
    'DELETE attempts',
    'PATCH accounts',
  ]);
});

it('makes at a tenant’s first sign-in two reads more, beside the last two calls', async () => {
  const { connectionString, transport } = operations.tables;
  const options = { additionalPolicies: transport.policies };
  const { accounts } = createTableStores({ connectionString }, options);
  const { userName, password } = ana;
  const body = { userName, password };
  const sent = await calls(signInEndpoint, { body }, operations.with({ accounts }));
  expect(sent).toHaveLength(7);
  const reads = ['GET accounts', 'GET accounts'];
  expect(sent.slice(3).sort()).toEqual(['DELETE attempts', ...reads, 'PATCH accounts']);
});

it('makes one read for the token of a request', async () => {
  const [first, ...others] = await calls(signOutEverywhereEndpoint, { token: ana.token });
  expect(first).toBe(AUTHENTICATION);
  expect(others).toEqual(['POST $batch']);
});

/**
 * Answers reads of accounts only once two are on their way: reading in turn waits for ever.
 * @param first of the reads that are held; those before it are answered at once
 */
function answerReadsInPairs(first = 1): void {
  const both = Promise.withResolvers<void>();
  let waiting = 0;
  operations.tables.transport.onAnswer = async (answer, { method, url }) => {
    if (method !== 'GET' || !url.pathname.includes('accounts')) return answer;
    waiting += 1;
    if (waiting < first) return answer;
    if (waiting === first + 1) both.resolve();
    await both.promise;
    return answer;
  };
}

it('hashes at sign-in after two steps: the attempt, then parallel reads', async () => {
  await signIn(admin);
  answerReadsInPairs();
  const { hasher } = operations.dependencies;
  let sentBeforeHash: number | undefined;
  const { transport } = operations.tables;
  const start = transport.sent.length;
  const watched = operations.with({
    hasher: {
      ...hasher,
      async acquire(...caller) {
        const slot = await hasher.acquire(...caller);
        const verify = slot.verify.bind(slot);
        return Object.assign(slot, {
          verify(...parameters: Parameters<typeof verify>) {
            sentBeforeHash = transport.sent.length - start;
            return verify(...parameters);
          },
        });
      },
    },
  });
  const { userName, password } = ana;
  await calls(signInEndpoint, { body: { userName, password } }, watched);
  expect(sentBeforeHash).toBe(3);
});

it('makes for the profile three parallel reads', async () => {
  answerReadsInPairs();
  const sent = await calls(myProfileEndpoint, { token: ana.token });
  expect(sent).toEqual([AUTHENTICATION, 'GET accounts', 'GET accounts']);
});

/** The caller beside the id of the target, and the target. */
const FIRST_JUDGEMENT = ['GET accounts', 'GET accounts', 'GET accounts'];
/** Beside the reads of a judgement, or of the token where a user is shown. */
const SETTINGS = 'GET accounts';
/** The caller beside the target, whose name is known by then. */
const JUDGEMENT_AGAIN = ['GET accounts', 'GET accounts'];

it('judges at a reset caller and target before and after the hash', async () => {
  const request = { token: admin.token, params: { userId: ana.userId } };
  expect(await calls(resetPasswordEndpoint, request)).toEqual([
    AUTHENTICATION,
    ...FIRST_JUDGEMENT,
    SETTINGS,
    ...JUDGEMENT_AGAIN,
    SETTINGS,
    'POST expiries',
    'POST $batch',
  ]);
});

it('reads at a reset of an admin the tenant row too', async () => {
  const other = await operations.addReadyUser(admin, 'lea@contoso.example', ['globalAdmin']);
  const request = { token: admin.token, params: { userId: other.userId } };
  expect(await calls(resetPasswordEndpoint, request)).toEqual([
    AUTHENTICATION,
    ...FIRST_JUDGEMENT,
    SETTINGS,
    'GET accounts',
    ...JUDGEMENT_AGAIN,
    SETTINGS,
    'GET accounts',
    'POST expiries',
    'POST $batch',
  ]);
});

it('reads at an edit the caller beside the target id, at once', async () => {
  const request = { token: admin.token, params: { userId: ana.userId } };
  answerReadsInPairs(3);
  const body = { displayName: 'Ana María' };
  const sent = await calls(updateUserEndpoint, { ...request, body });
  expect(sent).toEqual([AUTHENTICATION, SETTINGS, ...FIRST_JUDGEMENT, 'POST $batch']);
});

it('reads at a refused edit the caller again, for one moment', async () => {
  const manager = await operations.addReadyUser(admin, 'uma@contoso.example', [
    'userManagementAdmin',
  ]);
  const request = { token: manager.token, params: { userId: admin.userId }, status: 403 };
  const sent = await calls(updateUserEndpoint, { ...request, body: { displayName: 'x' } });
  expect(sent).toEqual([AUTHENTICATION, SETTINGS, ...FIRST_JUDGEMENT, 'GET accounts']);
});

it('judges at a creation the caller beside the name, before and after the hash', async () => {
  const body = {
    userName: 'new@contoso.example',
    displayName: 'New',
    roles: ['salesAgent'],
  };
  expect(await calls(createUserEndpoint, { token: admin.token, body })).toEqual([
    AUTHENTICATION,
    SETTINGS,
    'GET accounts',
    'GET accounts',
    ...JUDGEMENT_AGAIN,
    'POST expiries',
    'POST $batch',
  ]);
});

it('makes with a key one read more a judgement and one entry, and none without', async () => {
  const request = { token: admin.token, params: { userId: ana.userId } };
  const without = await calls(resetPasswordEndpoint, request);
  const keyed = { ...request, key: 'a-key' };
  const sent = await calls(resetPasswordEndpoint, keyed);
  const more = ['GET accounts', 'GET accounts', 'POST expiries'];
  expect(sent.toSorted()).toEqual([...without, ...more].toSorted());
  expect(sent.slice(-3)).toEqual(['POST expiries', 'POST expiries', 'POST $batch']);
  // The caller again, as at every refusal, the call and its reset.
  const repeated = await calls(resetPasswordEndpoint, { ...keyed, status: 409 });
  expect(repeated).toEqual(Array(8).fill('GET accounts'));
});

it('makes with a temporary password: hashes, policy call, change', async () => {
  const { userName, temporaryPassword } = await operations.addUser(admin, 'kim@contoso.example');
  const token = await operations.changeToken(userName, temporaryPassword);
  const body = { newPassword: goodPassword(3) };
  expect(await calls(changePasswordEndpoint, { token, body })).toEqual([
    AUTHENTICATION,
    'GET accounts',
    'POST attempts',
    'POST $batch',
  ]);
});

it('makes at a change in a session: attempt, hashes, policy call, change', async () => {
  // What is counted in a session is forgotten after 30 days without a change.
  operations.pass(31 * DAY_MS);
  const removeAll = { firstPartition: 0, lastPartition: 255, lockedFailures: 100, limit: 1000 };
  const beforeMs = operations.clock.nowMs;
  await operations.dependencies.attempts.removeForgotten({ ...removeAll, beforeMs });
  const result = await operations.signIn(ana.userName, ana.password);
  if (result.status !== 'signedIn') throw new Error('a change is required');
  const body = { currentPassword: ana.password, newPassword: goodPassword(4) };
  expect(await calls(changePasswordEndpoint, { token: result.access.token, body })).toEqual([
    AUTHENTICATION,
    'POST attempts',
    'GET accounts',
    'PUT attempts',
    'POST $batch',
  ]);
});

it('makes one query for a page of users, and reads the settings beside the token’s user', async () => {
  answerReadsInPairs();
  expect(await calls(listUsersEndpoint, { token: admin.token })).toEqual([
    AUTHENTICATION,
    SETTINGS,
    'GET accounts',
  ]);
});

it('makes for one expiry: user, change, entry removed', async () => {
  const sweep = () => expireTemporaryPasswords(operations.dependencies, operations.context());
  operations.pass(DAY_MS);
  // The entries of the passwords that were replaced in time.
  await sweep();
  await operations.addUser(admin, 'kim@contoso.example');
  operations.pass(DAY_MS);
  const sent = await operations.tables.transport.record(async () => {
    expect(await sweep()).toMatchObject({ expired: 1 });
  });
  const ofTheExpiry = sent.filter((call) => !['GET expiries', 'GET attempts'].includes(call));
  expect(ofTheExpiry).toEqual(['GET accounts', 'POST $batch', 'DELETE expiries']);
});
