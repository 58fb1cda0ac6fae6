import { createHash } from 'node:crypto';
import { encodeCrockford } from '../credential/crockford.ts';
import { Refusal, type RefusalExtra } from '../credential/refusal.ts';
import type { User } from '../credential/user.ts';
import type { DoneCall } from '../port/done-call.ts';
import type { AccountChange } from '../port/store.ts';
import { OPERATION_ID_BYTES } from './account-change.ts';
import type { Dependencies } from './dependency.ts';

/** The time for which a key stands for its call: CONTRACT.md "`Idempotency-Key`". */
export const KEY_LIFE_MS = 24 * 60 * 60 * 1000;

/** A call that its caller may repeat without doing it twice. */
export interface KeyedCall {
  /** The value of `Idempotency-Key`, of the caller's choice. */
  readonly key: string;
  /** The body as canonical JSON: equal bodies are equal texts. */
  readonly body: string;
}

export type OneCallDependencies = Pick<
  Dependencies,
  'accounts' | 'expiries' | 'clock' | 'randomBytes' | 'callDigests'
>;

interface OneCallRequest extends KeyedCall {
  /** The name of the call. */
  readonly name: string;
  /** The user of the path; undefined: the call has none, or no user can have the id. */
  readonly target: string | undefined;
  readonly caller: User;
  /** Describes what was done to a caller who repeats it. */
  readonly describe: (done: DoneCall) => Promise<RefusalExtra>;
}

/** Judges whether a call still keeps its key from others, by its own time. */
export function holdsKey({ atMs }: DoneCall, nowMs: number): boolean {
  return nowMs < atMs + KEY_LIFE_MS;
}

/**
 * A call under an `Idempotency-Key`: done once, by a row that is written in the transaction of its
 * change. The key belongs to the caller, and the row holds neither the key nor the body.
 */
export class OneCall {
  readonly #dependencies: OneCallDependencies;
  readonly #request: OneCallRequest;
  readonly #id: string;
  readonly #text: string;
  /** The tag of the row that is there; undefined: none is. */
  #etag: string | undefined;
  #issueId: string | undefined;

  constructor(dependencies: OneCallDependencies, request: OneCallRequest) {
    const { caller, key, name, target, body } = request;
    this.#dependencies = dependencies;
    this.#request = request;
    this.#id = createHash('sha256').update(`${caller.userId}|${key}`).digest('hex');
    this.#text = JSON.stringify([name, target ?? '', body]);
  }

  /**
   * Requires that the key is free; for each try, before anything else of the call is judged.
   * @throws {Refusal} `already-done`: this very call was done; `validation`: another one was
   * @throws {Unavailable}
   */
  async requireFree(): Promise<void> {
    const { accounts, callDigests, clock } = this.#dependencies;
    const found = await accounts.findDoneCall(this.#request.caller.tenant, this.#id);
    this.#etag = found?.etag;
    if (found === undefined || !holdsKey(found.value, clock.now())) return;
    if (await callDigests.matches(this.#text, found.value.digest)) {
      throw new Refusal('already-done', await this.#request.describe(found.value));
    }
    const error = { parameter: 'Idempotency-Key', problem: 'idempotencyKeyUsed' } as const;
    throw new Refusal('validation', { errors: [error] });
  }

  /**
   * Writes the entry by which the sweep finds the row, once and before the row: no row is left for
   * ever. An entry without a row is removed by the sweep.
   * @throws {Unavailable}
   */
  async announce(): Promise<void> {
    if (this.#issueId !== undefined) return;
    const { expiries, clock, randomBytes } = this.#dependencies;
    const { userId, userName } = this.#request.caller;
    const issueId = encodeCrockford(randomBytes(OPERATION_ID_BYTES));
    const expiresAtMs = clock.now() + KEY_LIFE_MS;
    const caller = { userId, userName, credentialVersion: 0 };
    await expiries.add({ ...caller, doneCall: this.#id, issueId, expiresAtMs });
    this.#issueId = issueId;
  }

  /** Returns the row for a change that is about to be written, after {@link announce}. */
  async record({ after, events }: Pick<AccountChange, 'after' | 'events'>) {
    const [event] = events;
    const issueId = this.#issueId;
    if (event === undefined || issueId === undefined) throw new Error('nothing is to be recorded');
    const { sequence, atMs } = event;
    const digest = await this.#dependencies.callDigests.make(this.#text);
    const call = { id: this.#id, digest, issueId, userId: after.userId, sequence, atMs };
    return { call, etag: this.#etag };
  }
}
