import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type AnswerSchema, answerSchemaOf } from '../fixture/answer-schema.ts';
import type { SignedInAdmin } from '../fixture/service.ts';
import { readMail } from '../fixture/written-text.ts';
import { freezeTokenIn, mailTo } from '../http/fixture/mailbox.ts';
import { type OpenedService, startOpenedService } from '../http/fixture/opened-service.ts';
import { type RawAnswer, rawRequest } from '../infra/fixture/raw-request.ts';
import { nameOf, PEOPLE, type PersonName, passwordOf, SECRET_MARK } from './fuzz-body.ts';
import { type Held, heldBy, INSPECTED } from './fuzz-process.ts';
import type { FuzzRequest, OpenApi } from './fuzz-request.ts';

/** A hash queue that is full of others' requests is minutes away from this. */
const HANG_MS = 120_000;

/** CONTRACT.md "Common rules": bytes of an answer to a bad request. */
const ANSWER_MAX = 16 * 1024;

const ROLES: Readonly<Record<PersonName, readonly string[]>> = {
  globalAdmin: ['globalAdmin'],
  userAdmin: ['userManagementAdmin'],
  agent: ['salesAgent', 'billingAdmin'],
  novice: ['helpdeskAgent'],
  owner: ['salesAgent'],
};

interface Person {
  readonly userId: string;
  /** An access token; the novice has a change token, and the owner the one of a freeze link. */
  readonly token: string;
}

/**
 * The service that is fuzzed, with people who are made anew for each round: whatever a request
 * does to one of them, the next round has all of them again. The keeper, an admin that no request
 * names, makes and removes them. The tables are outside of the process, so that only what the
 * service itself holds counts as growth.
 */
export class FuzzTarget {
  readonly document: OpenApi;
  readonly #opened: OpenedService;
  readonly #keeper: SignedInAdmin;
  readonly #foreignerId: string;
  readonly #schema: AnswerSchema;
  readonly #agent = new Agent({ keepAlive: true });
  #people = new Map<string, Person>();
  #round = 0;

  private constructor(
    opened: OpenedService,
    keeper: SignedInAdmin,
    foreignerId: string,
    document: OpenApi,
  ) {
    this.#opened = opened;
    this.#keeper = keeper;
    this.#foreignerId = foreignerId;
    this.document = document;
    this.#schema = answerSchemaOf(document as unknown as Record<string, unknown>);
  }

  static async start(): Promise<FuzzTarget> {
    const admins = ['admin@contoso.example', 'admin@fabrikam.example'];
    const env = {
      PORTAL_ORIGINS: 'https://portal.example',
      MAIL_FROM: 'portal@contoso.example',
      ACCESS_TOKEN_TTL_SECONDS: '86400',
      ...INSPECTED,
    };
    const opened = await startOpenedService({ admins, env });
    const { service } = opened;
    const keeper = await service.readyAdmin(0);
    const foreigner = await service.readyAdmin(1);
    const { body } = await service.callChecked('GET', '/openapi.json');
    service.noteSecret(SECRET_MARK);
    return new FuzzTarget(opened, keeper, foreigner.userId, body);
  }

  /** Removes all users but the keeper, makes the people again, and clears the settings. */
  async renew(): Promise<void> {
    const { service } = this.#opened;
    const { token, userId, userName } = this.#keeper;
    this.#round += 1;
    // Rules that a request of this round has set would refuse the resets of all later rounds.
    await this.#opened.clearSettings(userName);
    for (;;) {
      const { body } = await service.callChecked('GET', '/api/users?limit=200', { token });
      const others: string[] = body.items
        .map((user: { userId: string }) => user.userId)
        .filter((id: string) => id !== userId);
      if (others.length === 0) break;
      await Promise.all(
        others.map((id) => service.callChecked('DELETE', `/api/users/${id}`, { token })),
      );
    }
    const made = await Promise.all(PEOPLE.map((person) => this.#make(person)));
    this.#people = new Map(
      PEOPLE.map((person, index) => [person as string, made[index] as Person]),
    );
    this.#people.set('foreigner', { userId: this.#foreignerId, token: '' });
    this.#searchMails();
  }

  /** Looks for secrets in the mails so far, and removes these mails: all of them take minutes. */
  #searchMails(): void {
    const { service } = this.#opened;
    const folder = join(service.directory, 'mail');
    for (const name of readdirSync(folder)) {
      if (!name.endsWith('.eml')) continue;
      const raw = readFileSync(join(folder, name), 'latin1');
      expect(service.secretsIn(`${raw}\n${readMail(raw)}`), name).toBe(0);
      rmSync(join(folder, name));
    }
  }

  /** The novice and the owner have temporary passwords; the others are settled. */
  async #make(person: PersonName): Promise<Person> {
    const { service } = this.#opened;
    const { token } = this.#keeper;
    if (person === 'owner') return this.#makeOwner();
    if (person !== 'novice') {
      return service.addReadyUser(token, nameOf(person), ROLES[person], passwordOf(person));
    }
    const { userId, temporaryPassword } = await service.addUser(
      token,
      nameOf(person),
      ROLES.novice,
    );
    const { body } = await service.signIn(nameOf(person), temporaryPassword);
    return { userId, token: body.changeToken };
  }

  /** The owner has a mailbox. A freeze of this user ends nothing that the rest of a round needs. */
  async #makeOwner(): Promise<Person> {
    const { service } = this.#opened;
    const { token } = this.#keeper;
    const email = `owner-${this.#round}@mail.example`;
    const body = { userName: nameOf('owner'), displayName: 'Owner', email, roles: ROLES.owner };
    const made = await service.callChecked('POST', '/api/users', { token, body });
    const { userId } = made.body.user;
    await service.callChecked('POST', `/api/users/${userId}/password-reset`, { token });
    const mail = await mailTo(service, email, 'Your password was reset');
    return { userId, token: freezeTokenIn(mail) };
  }

  /** Sends it and holds the answer against the document and the common rules. */
  async send(request: FuzzRequest): Promise<number> {
    const { method, isChunked } = request;
    const body =
      typeof request.body === 'string' ? this.#fill(request.body, 'token') : request.body;
    const path = this.#fill(request.path, 'userId');
    const { authorization, ...others } = request.headers;
    const headers = {
      ...others,
      ...(authorization !== undefined && { authorization: this.#fill(authorization, 'token') }),
    };
    const address = request.query === '' ? path : `${path}?${request.query}`;
    const sent = rawRequest(this.#opened.service.origin, address, {
      method,
      headers,
      agent: this.#agent,
      isChunked,
      ...(body !== undefined && { body: typeof body === 'string' ? body : Buffer.from(body) }),
    });
    const answer = await withoutHang(sent, `${method} ${address.slice(0, 200)}`);
    this.#judge(method, path, answer);
    return answer.status;
  }

  #fill(text: string, member: keyof Person): string {
    return text.replace(/<(\w+)>/g, (whole, name) => {
      return this.#people.get(name)?.[member] ?? whole;
    });
  }

  #judge(method: string, path: string, { status, headers, body: text }: RawAnswer): void {
    const context = `${method} ${path.slice(0, 200)} → ${status} ${text.slice(0, 400)}`;
    expect(status, context).not.toBe(500);
    if (/%00/.test(path)) {
      // The platform's server refuses it by itself.
      expect([status, text], context).toEqual([400, '']);
      return;
    }
    if (status >= 400) expect(Buffer.byteLength(text), context).toBeLessThanOrEqual(ANSWER_MAX);
    expect(headers['x-content-type-options'], context).toBe('nosniff');
    expect(headers['x-request-id'], context).toMatch(/^[\w-]{8,}$/);
    const mediaType = headers['content-type']?.split(';')[0];
    const isJson = mediaType?.endsWith('json') === true && text !== '';
    const body = isJson ? JSON.parse(text) : text;
    // The server reads dots and escapes out of the path before it looks for the endpoint.
    const { pathname } = new URL(path, 'http://x');
    const sentType = text === '' ? undefined : mediaType;
    const answer = { method, path: pathname, status, mediaType: sentType, body };
    expect(this.#schema.fault(answer), context).toBeUndefined();
    if (status < 400 || method === 'HEAD') return;
    expect(mediaType, context).toBe('application/problem+json');
    expect(body, context).toMatchObject({ status, instance: headers['x-request-id'] });
    // Of the conflicts only this one ends by itself.
    if ([429, 503].includes(status) || body.code === 'conflict') {
      expect(headers, context).toHaveProperty('retry-after');
    }
    expect(text, context).not.toContain(SECRET_MARK);
  }

  held(): Promise<Held> {
    return heldBy(this.#opened.service);
  }

  /** Lines of the log that report a defect. */
  faults(): readonly string[] {
    return this.#opened.service.log
      .split('\n')
      .filter((line) => /"a fault"|a fault|failed in the host|\] failed:/.test(line));
  }

  /** Checks that a user outside the round sees a service that works. */
  async expectWell(): Promise<void> {
    const { service } = this.#opened;
    expect((await service.callChecked('GET', '/api/health/ready')).status).toBe(200);
    const signedIn = await service.signIn(this.#keeper.userName, this.#keeper.password);
    expect(signedIn.body.status).toBe('signedIn');
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await this.#opened.stop();
  }
}

async function withoutHang<Value>(promise: Promise<Value>, what: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer: ${what}`)), HANG_MS);
  });
  try {
    return await Promise.race([promise, hang]);
  } finally {
    clearTimeout(timer);
  }
}
