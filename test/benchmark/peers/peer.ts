/** One who can be asked to sign in, change and reset, through HTTP; ours and the peers. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import {
  type Answer,
  Client,
  LOOP_DELAY,
  loadOf,
  type ProcessLoad,
  startService,
} from '../client.ts';

export interface Person {
  readonly name: string;
  id: string;
  password: string;
  /** The token of the last sign-in. */
  session: string;
}

export interface Peer {
  readonly name: string;
  readonly hashing: string;
  /** In a word or two; undefined: it hashes nothing, and is in no chart. */
  readonly hash: string | undefined;
  addPerson(name: string): Promise<Person>;
  /** With the person's password; the session is the person's from then on. */
  signIn(person: Person): Promise<Answer>;
  /** In the session, to a new password. */
  change(person: Person): Promise<Answer>;
  /** Resets as the admin; the person's password is then the one for the user. */
  reset(person: Person): Promise<Answer>;
  /** Replaces the password of a reset by a permanent one, in a session. */
  chooseOwnPassword(person: Person): Promise<void>;
  /** Returns whether the result of a sign-in opens the user's profile. */
  opensProfile(session: string): Promise<boolean>;
  load(question: 'reset' | 'tell'): Promise<ProcessLoad>;
  stop(): Promise<void>;
}

/** No policy refuses it, and no user had it before. */
export function newPassword(): string {
  return `Aa1! ${randomBytes(12).toString('hex')}`;
}

function requireDone(answer: Answer, what: string): Answer {
  if (answer.status < 300) return answer;
  throw new Error(`${what} was answered ${answer.status} ${JSON.stringify(answer.body)}`);
}

export interface StartedProcess {
  readonly child: ChildProcess;
  readonly client: Client;
}

/** A Node program that serves; `origin` finds its address in a line of its output. */
export async function startProcess(
  args: readonly string[],
  options: { cwd: string; env?: Record<string, string> },
  origin: (line: string) => string | undefined,
): Promise<StartedProcess> {
  const child = spawn(process.execPath, ['--require', LOOP_DELAY, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env.PATH, ...options.env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const lines = createInterface({ input: child.stdout as Readable });
  const found = new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const address = origin(line);
      if (address !== undefined) resolve(address);
    });
    child.once('exit', () => reject(new Error(`${args[0]} ended`)));
  });
  return { child, client: new Client(await found) };
}

async function stopProcess({ child, client }: StartedProcess): Promise<void> {
  client.close();
  if (child.exitCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

export async function startOurs(cost: number, engine: 'native' | 'bcryptjs'): Promise<Peer> {
  const service = await startService({
    BCRYPT_COST: `${cost}`,
    BCRYPT_ENGINE: engine,
    SIGN_IN_FREE_ATTEMPTS: '20',
  });
  const { client } = service;
  const adminToken = await service.signInAdmin();
  const signIn = async (person: Person) => {
    const answer = requireDone(await client.signIn(person.name, person.password), 'a sign-in');
    person.session = answer.body.accessToken ?? answer.body.changeToken;
    return answer;
  };
  const setPassword = async (person: Person, body: object, password: string) => {
    const options = { body, token: person.session };
    const answer = await client.call('POST', '/api/me/password', options);
    requireDone(answer, 'a change');
    Object.assign(person, { password, session: answer.body.accessToken });
    return answer;
  };
  const chooseOwnPassword = async (person: Person) => {
    await signIn(person);
    const password = newPassword();
    await setPassword(person, { newPassword: password }, password);
  };
  return {
    name: 'portal-credentials',
    hashing: `bcrypt ${cost} in worker threads (${service.hashEngine})`,
    hash: `bcrypt, ${service.hashEngine}`,
    async addPerson(name) {
      const body = { userName: name, displayName: name, roles: ['salesAgent'] };
      const made = await client.call('POST', '/api/users', { body, token: adminToken });
      const { user, temporaryPassword } = requireDone(made, 'a user').body;
      const person = { name, id: user.userId, password: temporaryPassword.value, session: '' };
      await chooseOwnPassword(person);
      return person;
    },
    signIn,
    change(person) {
      const password = newPassword();
      const body = { currentPassword: person.password, newPassword: password };
      return setPassword(person, body, password);
    },
    async reset(person) {
      const path = `/api/users/${person.id}/password-reset`;
      const answer = requireDone(await client.call('POST', path, { token: adminToken }), 'a reset');
      person.password = answer.body.temporaryPassword.value;
      return answer;
    },
    chooseOwnPassword,
    opensProfile: async (token) => (await client.call('GET', '/api/me', { token })).status === 200,
    load: (question) => service.load(question),
    stop: () => service.stop(),
  };
}

export type PeerHash = 'scrypt' | 'bcryptjs' | 'native';
const HASHING = {
  scrypt: () => 'scrypt, its default',
  bcryptjs: (cost: number) => `bcrypt ${cost}, bcryptjs on the main thread`,
  native: (cost: number) => `bcrypt ${cost}, @node-rs/bcrypt in libuv's threads`,
} as const;

export async function startBetterAuth(folder: string, kind: PeerHash, cost: number): Promise<Peer> {
  const args = ['better-auth-server.mjs', kind, `${cost}`];
  const quiet = { NODE_NO_WARNINGS: '1' };
  const running = await startProcess(args, { cwd: folder, env: quiet }, (line) => line);
  const { child, client } = running;
  const post = async (path: string, body: object, token?: string) =>
    requireDone(
      await client.call('POST', `/api/auth${path}`, { body, ...(token && { token }) }),
      path,
    );
  const signIn = async (person: Person) => {
    const { name: email, password } = person;
    const answer = await post('/sign-in/email', { email, password });
    person.session = answer.body.token;
    return answer;
  };
  const addPerson = async (email: string) => {
    const password = newPassword();
    const { body } = await post('/sign-up/email', { email, password, name: email });
    return { name: email, id: body.user.id, password, session: body.token };
  };
  const admin = await addPerson('admin@contoso.example');
  const made = once(child, 'message');
  child.send({ makeAdmin: admin.name });
  await made;
  await signIn(admin);
  return {
    name: 'better-auth',
    hashing: HASHING[kind](cost),
    hash: kind === 'scrypt' ? 'scrypt' : `bcrypt, ${kind}`,
    addPerson,
    signIn,
    async change(person) {
      const body = { currentPassword: person.password, newPassword: newPassword() };
      const answer = await post('/change-password', body, person.session);
      person.password = body.newPassword;
      return answer;
    },
    async reset(person) {
      const body = { userId: person.id, newPassword: newPassword() };
      const answer = await post('/admin/set-user-password', body, admin.session);
      person.password = body.newPassword;
      return answer;
    },
    async chooseOwnPassword(person) {
      await signIn(person);
    },
    async opensProfile(token) {
      const answer = await client.call('GET', '/api/auth/get-session', { token });
      return answer.status === 200 && Boolean(answer.body?.user);
    },
    load: (question) => loadOf(child, question),
    stop: () => stopProcess(running),
  };
}

export async function startCognitoLocal(folder: string, data: string): Promise<Peer> {
  const script = `${folder}/node_modules/cognito-local/lib/bin/start.js`;
  const env = { PORT: '0', HOST: '127.0.0.1', NODE_NO_WARNINGS: '1' };
  const running = await startProcess([script], { cwd: data, env }, (line) => {
    const [origin] = /https?:\/\/[\d.]+:\d+/.exec(line) ?? [];
    return origin;
  });
  const { child, client } = running;
  const ask = async (target: string, body: object) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${target}`,
    };
    return client.call('POST', '/', { body, headers });
  };
  const done = async (target: string, body: object) => requireDone(await ask(target, body), target);
  const pool = await done('CreateUserPool', { PoolName: 'benchmark' });
  const UserPoolId = pool.body.UserPool.Id;
  const made = await done('CreateUserPoolClient', { UserPoolId, ClientName: 'benchmark' });
  const { ClientId } = made.body.UserPoolClient;
  const signIn = async (person: Person) => {
    const answer = await done('InitiateAuth', {
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId,
      AuthParameters: { USERNAME: person.name, PASSWORD: person.password },
    });
    person.session = answer.body.AuthenticationResult?.AccessToken ?? answer.body.Session;
    return answer;
  };
  const chooseOwnPassword = async (person: Person) => {
    await signIn(person);
    const password = newPassword();
    const answer = await done('RespondToAuthChallenge', {
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      ClientId,
      Session: person.session,
      ChallengeResponses: { USERNAME: person.name, NEW_PASSWORD: password },
    });
    Object.assign(person, { password, session: answer.body.AuthenticationResult.AccessToken });
  };
  return {
    name: 'cognito-local',
    hashing: 'none: it keeps passwords as they are',
    hash: undefined,
    async addPerson(name) {
      const password = newPassword();
      await done('AdminCreateUser', {
        UserPoolId,
        Username: name,
        TemporaryPassword: password,
        MessageAction: 'SUPPRESS',
      });
      const person = { name, id: name, password, session: '' };
      await chooseOwnPassword(person);
      return person;
    },
    signIn,
    async change(person) {
      const ProposedPassword = newPassword();
      const answer = await done('ChangePassword', {
        AccessToken: person.session,
        PreviousPassword: person.password,
        ProposedPassword,
      });
      person.password = ProposedPassword;
      return answer;
    },
    async reset(person) {
      const Password = newPassword();
      const body = { UserPoolId, Username: person.name, Password, Permanent: false };
      const answer = await done('AdminSetUserPassword', body);
      person.password = Password;
      return answer;
    },
    chooseOwnPassword,
    opensProfile: async (AccessToken) => (await ask('GetUser', { AccessToken })).status === 200,
    load: (question) => loadOf(child, question),
    stop: () => stopProcess(running),
  };
}
