/**
 * `npm run bench -- lockout`: an attack on one user name, by the simulated clock, and what its
 * owner experiences meanwhile: with the rule of 1.0, one count by name, and with today's
 * operations. `--hours N` (24), `--free N` (5: SIGN_IN_FREE_ATTEMPTS).
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { waitMsAfter } from '../../shared/credential/lockout.ts';
import { generateTemporaryPassword } from '../../shared/credential/temporary-password.ts';
import { parseTemporaryPassword } from '../../shared/credential/temporary-password-form.ts';
import { type Shot, Siege, type Stranger, strangers } from '../hostile/fixture/siege.ts';
import { type Part, presentPart } from './part.ts';

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '24' },
    free: { type: 'string', default: '5' },
  },
});
const HOURS = Number(values.hours);
const FREE = Number(values.free);
const OLD_LOCK = 100;
const LONGEST_WAIT_S = 900;

/** One service under attack. */
interface Side {
  /** @returns seconds until the next attempt may come; 0: it was compared */
  shoot(shots: readonly Shot[]): Promise<number>;
  /** Returns whether the owner gets in now, by each way. */
  tryOwner(): Promise<readonly boolean[]>;
  pass(ms: number): void;
  readonly guesses: number;
}

/** The rule of 1.0: all callers of a name share its count and its waits. */
class OldSide implements Side {
  #nowMs = 0;
  #failures = 0;
  #lastMs = 0;
  guesses = 0;

  get #waitSeconds(): number {
    if (this.#failures >= OLD_LOCK) return LONGEST_WAIT_S;
    const leftMs = this.#lastMs + waitMsAfter(this.#failures, FREE) - this.#nowMs;
    return Math.max(0, Math.ceil(leftMs / 1000));
  }

  async shoot(shots: readonly Shot[]): Promise<number> {
    for (const _ of shots) {
      if (this.#waitSeconds > 0) return this.#waitSeconds;
      this.#failures += 1;
      this.#lastMs = this.#nowMs;
      this.guesses += 1;
    }
    return 0;
  }

  async tryOwner(): Promise<readonly boolean[]> {
    const isIn = this.#waitSeconds === 0;
    if (isIn) this.#failures = 0;
    return [isIn];
  }

  pass(ms: number): void {
    this.#nowMs += ms;
  }
}

/** Today's operations, on tables in memory. */
class NewSide implements Side {
  readonly #siege: Siege;
  readonly #ways: readonly (() => Promise<string>)[];
  readonly #name: string;

  constructor(siege: Siege, name: string, ways: readonly (() => Promise<string>)[]) {
    this.#siege = siege;
    this.#name = name;
    this.#ways = ways;
  }

  get guesses(): number {
    const isGuess = (password: string) => parseTemporaryPassword(password) === undefined;
    return this.#siege.compared.filter(({ password, isMatch }) => !isMatch && isGuess(password))
      .length;
  }

  async shoot(shots: readonly Shot[]): Promise<number> {
    const name = this.#name as Parameters<Siege['attempt']>[0];
    const outcomes = await Promise.all(
      shots.map(({ password, ...rest }) => this.#siege.attempt(name, password, rest)),
    );
    return Math.max(0, ...outcomes.map((outcome) => Number(outcome.split(' ')[1] ?? 0)));
  }

  async tryOwner(): Promise<readonly boolean[]> {
    const isIn: boolean[] = [];
    for (const way of this.#ways) {
      isIn.push(/^(?:signedIn|passwordChangeRequired)$/.test(await way()));
    }
    return isIn;
  }

  pass(ms: number): void {
    this.#siege.clock.nowMs += ms;
  }
}

/** @returns how often the owner got in, by each way, of one try a minute */
async function besiege(side: Side, stranger: Stranger): Promise<readonly number[]> {
  let opensAtMs = 0;
  let totals: number[] = [];
  for (let second = 0; second < HOURS * 3600; second += 1) {
    side.pass(1000);
    const nowMs = second * 1000;
    const wait = await side.shoot(stranger.shots(second, opensAtMs, nowMs));
    if (wait > 0) opensAtMs = nowMs + wait * 1000;
    if (second % 60 !== 59) continue;
    const isIn = await side.tryOwner();
    totals = isIn.map((one, index) => (totals[index] ?? 0) + Number(one));
  }
  return totals;
}

async function newSides(index: number) {
  const siege = await Siege.begin(FREE);
  const owner = await siege.addOwner('ana@contoso.example');
  const { userName: fresh, temporaryPassword } = await siege.addUser('ben@contoso.example');
  const stolen = (await siege.addOwner('mallory@contoso.example')).deviceToken;
  siege.clock.nowMs += 1;
  siege.compared.length = 0;
  const made = Array.from({ length: 50 }, () => generateTemporaryPassword(randomBytes));
  const stranger = strangers([stolen, `${owner.deviceToken}x`, null], made)[index];
  if (stranger === undefined) throw new Error('no such stranger');
  const { userName, password, deviceToken } = owner;
  const known = new NewSide(siege, userName, [
    () => siege.attempt(userName, password, { deviceToken }),
  ]);
  const reset = new NewSide(siege, fresh, [() => siege.attempt(fresh, temporaryPassword)]);
  return { known, reset, stranger, siege };
}

async function newDevice(index: number) {
  const siege = await Siege.begin(FREE);
  const owner = await siege.addOwner('ana@contoso.example');
  siege.clock.nowMs += 1;
  siege.compared.length = 0;
  const made = Array.from({ length: 50 }, () => generateTemporaryPassword(randomBytes));
  const stranger = strangers([null], made)[index] as Stranger;
  const way = () => siege.attempt(owner.userName, owner.password);
  const side = new NewSide(siege, owner.userName, [way]);
  return { isIn: await besiege(side, stranger), guesses: side.guesses };
}

const tries = HOURS * 60;
const share = ([count = 0]: readonly number[]) => `${count} of ${tries}`;

async function rowOf(index: number): Promise<readonly string[]> {
  const old = new OldSide();
  const { known, reset, stranger, siege } = await newSides(index);
  const oldIsIn = await besiege(old, stranger);
  const knownIsIn = await besiege(known, stranger);
  const guesses = known.guesses;
  siege.compared.length = 0;
  const resetIsIn = await besiege(reset, stranger);
  const elsewhere = await newDevice(index);
  return [
    stranger.name,
    share(oldIsIn),
    share(knownIsIn),
    share(resetIsIn),
    share(elsewhere.isIn),
    `${old.guesses}`,
    `${guesses}`,
  ];
}

async function measure(): Promise<Part> {
  const rows: (readonly string[])[] = [];
  for (const index of strangers([''], ['']).keys()) rows.push(await rowOf(index));
  const least = Math.min(
    ...rows.flatMap(([, , known = '', fresh = '']) => [
      Number.parseInt(known, 10),
      Number.parseInt(fresh, 10),
    ]),
  );
  const isMet = least === tries;
  return {
    title: 'A stranger who wants to keep somebody out',
    text: [
      `${HOURS} simulated hours of an attack on one name, from 1,000 networks, with ${FREE} ` +
        'free attempts. Its owner signs in once a minute with the right password. The old rule ' +
        'is that of 1.0: one count and one wait for each name. The new rule is the operations ' +
        'as they are, on tables in memory; nothing is measured but what they answer. What a ' +
        'success of the owner clears gives the stranger new guesses; a success on a known ' +
        'device clears nothing of the strangers.',
    ],
    targets: [
      {
        text: 'on a known device, or with a temporary password, the owner is refused 0 times',
        measured: `${tries - least} times of ${tries}`,
        isMet,
        ...(!isMet && { reason: 'The table has each kind of stranger.' }),
      },
    ],
    tables: [
      {
        caption: 'How often the owner got in, and how many guesses were compared',
        head: [
          'the stranger',
          'old rule',
          'known device',
          'temporary password',
          'new device',
          'guesses, old',
          'guesses, known device',
        ],
        rows,
      },
    ],
  };
}

presentPart(await measure());
