import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateTemporaryPassword } from '../../shared/credential/temporary-password.ts';
import { parseTemporaryPassword } from '../../shared/credential/temporary-password-form.ts';
import type { Principal } from '../../shared/operation/authenticate.ts';
import { checkHostile, isLong } from './fixture/replay.ts';
import { type Owner, Siege, type Stranger, strangers } from './fixture/siege.ts';

/** CONTRACT.md, "Attempts" and "Known devices", against the worst stranger that we could write. */

const HOURS = 24;
const HOUR_S = 3600;
/** A guess a second in the long form, one a minute in the short one: a wait has up to 900 s. */
const STEP_S = isLong ? 1 : 60;
/** The time between two sign-ins of the owner, whose hash is what takes time here. */
const OWNER_S = isLong ? 60 : 300;
const isForm = (text: string) => parseTemporaryPassword(text) !== undefined;

/** One stranger for some hours, while the owner signs in again and again. */
async function besiege(
  siege: Siege,
  stranger: Stranger,
  owner: { readonly owner: Owner; readonly signIn: () => Promise<string> },
): Promise<readonly string[]> {
  const { userName } = owner.owner;
  const seen: string[] = [];
  let opensAtMs = 0;
  for (let second = 0; second < HOURS * HOUR_S; second += STEP_S) {
    siege.clock.nowMs += STEP_S * 1000;
    const nowMs = siege.clock.now();
    const outcomes = await Promise.all(
      stranger
        .shots(second, opensAtMs, nowMs)
        .map(({ password, ...rest }) => siege.attempt(userName, password, rest)),
    );
    const waits = outcomes.map((outcome) => Number(outcome.split(' ')[1] ?? 0));
    if (waits.some((wait) => wait > 0)) opensAtMs = nowMs + Math.max(...waits) * 1000;
    if ((second + STEP_S) % OWNER_S === 0) seen.push(await owner.signIn());
  }
  return seen;
}

const KINDS = strangers([''], ['']).map(({ name }, index) => ({ name, index }));

async function prepare(index: number) {
  const siege = await Siege.begin();
  const owner = await siege.addOwner('ana@contoso.example');
  const other = await siege.addOwner('mallory@contoso.example');
  siege.clock.nowMs += 1;
  const made = Array.from({ length: 50 }, () => generateTemporaryPassword(randomBytes));
  const lapsed = owner.deviceToken.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
  const stolen = [other.deviceToken, lapsed, { token: owner.deviceToken }, null, 'x'.repeat(3000)];
  const stranger = strangers(stolen, made)[index];
  if (stranger === undefined) throw new Error('no such stranger');
  siege.compared.length = 0;
  return { siege, owner, stranger };
}

describe.each(KINDS)(`${HOURS} simulated hours of a stranger: $name`, ({ index }) => {
  it('never refuse an owner with a known device, and compare 80 guesses', async () => {
    const { siege, owner, stranger } = await prepare(index);
    const { userName, password, deviceToken } = owner;
    const signIn = () => siege.attempt(userName, password, { deviceToken });
    const seen = await besiege(siege, stranger, { owner, signIn });
    expect(new Set(seen)).toEqual(new Set(['signedIn']));
    expect(seen).toHaveLength((HOURS * HOUR_S) / OWNER_S);
    const guesses = siege.compared.filter(
      (one) => one.password !== password && !isForm(one.password),
    );
    expect(guesses.length).toBeLessThanOrEqual(80);
  });

  it('never refuse an owner with a new temporary password', async () => {
    const { siege, owner, stranger } = await prepare(index);
    const temporaryPassword = await siege.reset(owner.userId);
    const signIn = () => siege.attempt(owner.userName, temporaryPassword);
    const seen = await besiege(siege, stranger, { owner, signIn });
    expect(new Set(seen)).toEqual(new Set(['passwordChangeRequired']));
    expect(siege.compared.some(({ password, isMatch }) => isMatch && !isForm(password))).toBe(
      false,
    );
  });
});

type Move = 'stranger' | 'device' | 'session' | 'burst' | 'owner' | 'unlock' | 'reset' | 'wait';

/** Comparisons of wrong passwords since the last success or binding, by series. */
class Budget {
  readonly #siege: Siege;
  owner: Owner;
  since = { stranger: 0, device: 0, session: 0 };
  /** Guesses current passwords as the thief of a token. */
  #session: Principal;

  private constructor(siege: Siege, owner: Owner, session: Principal) {
    this.#siege = siege;
    this.owner = owner;
    this.#session = session;
  }

  static async of(siege: Siege, owner: Owner): Promise<Budget> {
    return new Budget(siege, owner, await siege.principal(owner.userName));
  }

  /** Each success and binding begins anew, and gives new tokens to steal. */
  async #begin(owner: Owner): Promise<void> {
    this.owner = owner;
    this.#session = await this.#siege.principal(owner.userName);
    this.since = { stranger: 0, device: 0, session: 0 };
  }

  async guess(kind: 'stranger' | 'device' | 'session', times: number): Promise<void> {
    const { userName, deviceToken } = this.owner;
    const password = `wrong, by ${kind}`;
    const one = () => {
      if (kind === 'session') return this.#siege.guessInSession(this.#session, password);
      const device = kind === 'device' ? { deviceToken } : {};
      return this.#siege.attempt(userName, password, device);
    };
    const outcomes = await Promise.all(Array.from({ length: times }, one));
    this.since[kind] += outcomes.filter((outcome) => outcome === 'invalid-credentials').length;
    // A thief whose device token ended is a stranger, and counts as one.
    const { stranger, device, session } = this.since;
    expect(stranger + device + session).toBeLessThanOrEqual(100);
    expect(session).toBeLessThanOrEqual(10);
  }

  async move(move: Move): Promise<void> {
    const siege = this.#siege;
    const { userName, userId, password } = this.owner;
    if (move === 'wait') siege.clock.nowMs += 900_000;
    else if (move === 'burst') await this.guess('stranger', 40);
    else if (move === 'unlock') await siege.unlock(userId);
    else if (move === 'owner') {
      const deviceToken = await siege.signIn(userName, password);
      if (deviceToken !== undefined) await this.#begin({ ...this.owner, deviceToken });
    } else if (move === 'reset') {
      siege.clock.nowMs += 1;
      await siege.reset(userId);
      await this.#begin(await siege.chooseOwnPassword(userName));
    } else await this.guess(move, 1);
  }
}

describe('guesses under any interleaving', () => {
  it('are compared at most 100 times between two successes or bindings', async () => {
    const kinds: readonly Move[] = [
      ...(['wait', 'wait', 'wait', 'stranger', 'stranger', 'burst'] as const),
      ...(['device', 'session', 'unlock', 'owner', 'reset'] as const),
    ];
    const weights = [8, 8, 8, 8, 8, 4, 3, 3, 2, 1, 1].map((weight, index) => {
      const arbitrary = fc.constant(kinds[index] as Move);
      return { weight, arbitrary };
    });
    const moves = fc.array(fc.oneof(...weights), { minLength: 200, maxLength: 400, size: 'max' });
    const free = fc.constantFrom(1, 5, 20);
    const property = fc.asyncProperty(moves, free, async (sequence, freeAttempts) => {
      const siege = await Siege.begin(freeAttempts);
      const budget = await Budget.of(siege, await siege.addOwner('ana@contoso.example'));
      for (const move of sequence) await budget.move(move);
    });
    await checkHostile(property, { short: 6, long: 300 });
  });
});
