/** Measures a change that gives notice, the runs that deliver it, and the series of devices. */
import { randomBytes, randomUUID } from 'node:crypto';
import { parseUserName, type UserName } from '../../../shared/credential/name.ts';
import { operateUser } from '../../../shared/maintenance/operate-user.ts';
import { deliverNotices } from '../../../shared/operation/deliver-notices.ts';
import { DEVICE_TOKEN_TTL_MS } from '../../../shared/operation/device.ts';
import { signIn } from '../../../shared/operation/sign-in.ts';
import type { Lane } from '../../../shared/port/notice.ts';
import { NO_TELEMETRY } from '../../../shared/port/telemetry.ts';
import type { Part } from '../part.ts';
import {
  COST_HEAD,
  type Cost,
  costCells,
  costOf,
  NOW_MS,
  number,
  SILENT,
  type Stage,
  sameTarget,
} from './stage.ts';

export const LANE = 'hook';
/** Later than every sweep of the stage. */
const LATER_MS = NOW_MS + 5 * 3_600_000;
/** When the notices of the population are due: later, in the partitions that a run reads. */
export const WAITING_MS = LATER_MS + 30 * 60_000;
const NOTICES = 50;
const ROUNDS = 3;

const WORKS = [
  'a change that gives notice',
  `a run with ${NOTICES} due`,
  'a run with nothing due',
  'a wrong password on a device',
  'the right one on it',
] as const;
type Work = (typeof WORKS)[number];
export type NoticeCosts = Readonly<Record<Work, readonly Cost[]>>;

const context = () => ({ requestId: randomUUID(), log: SILENT });

function dependenciesOf({ stores }: Stage) {
  return {
    ...stores,
    clock: { now: () => LATER_MS },
    randomBytes: (size: number) => randomBytes(size),
    pause: async () => {},
    lanes: [LANE],
  };
}

const HOOK: Lane = {
  ...{ name: LANE, label: LANE, width: 8, isPaced: false },
  listTargets: async () => [{ address: 'https://hook.example', recipient: undefined }],
  send: async () => 'accepted',
};

async function measureNotices(stage: Stage, names: readonly UserName[], costs: Costs) {
  const dependencies = dependenciesOf(stage);
  const deliver = async (expected: number) => {
    const { accepted, failed } = await deliverNotices(dependencies, HOOK, context());
    if (accepted !== expected || failed > 0) throw new Error(`${accepted} notices were accepted`);
  };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const all: Cost[] = [];
    for (const userName of names.slice(round * NOTICES, (round + 1) * NOTICES)) {
      const request = { userName, force: false, isDryRun: false };
      const change = () => operateUser(dependencies, 'disable', request, context());
      all.push(await costOf(stage.meter, change));
    }
    const due = await costOf(stage.meter, () => deliver(NOTICES));
    const none = await costOf(stage.meter, () => deliver(0));
    // The first one warms both processes.
    if (round === 0) continue;
    costs['a change that gives notice'].push(...all);
    costs[`a run with ${NOTICES} due`].push(due);
    costs['a run with nothing due'].push(none);
  }
}

/** Sign-ins by the product's operation; the hash is left out, which takes no call. */
function signInOn(stage: Stage, isRight: boolean) {
  const slot = { verify: async () => isRight, renew: async () => undefined, release() {} };
  const open = async (text: string) => text;
  const dependencies = {
    ...dependenciesOf(stage),
    ...{ freeAttempts: 5, telemetry: NO_TELEMETRY, devices: { seal: open, open } },
    hasher: { acquire: async () => slot },
    tokens: { prepare() {}, issueAccess: async () => ({}) },
  };
  return async (userName: UserName, deviceToken: string) => {
    const request = { userName, password: 'any', deviceToken };
    const outcome = await signIn(dependencies as never, request, context()).then(
      ({ status }) => status,
      ({ code }) => code,
    );
    const expected = isRight ? 'signedIn' : 'invalid-credentials';
    if (outcome !== expected) throw new Error(`a sign-in ended as ${outcome}`);
  };
}

async function measureDevices(stage: Stage, names: readonly UserName[], costs: Costs) {
  for (const [index, userName] of names.entries()) {
    const user = await stage.stores.accounts.findUser(userName);
    if (user === undefined) throw new Error('no user');
    const { userId, credentialVersion, sessionEpoch } = user.value;
    const content = { userId, credentialVersion, sessionEpoch };
    const token = JSON.stringify({ ...content, expiresAtMs: LATER_MS + DEVICE_TOKEN_TTL_MS });
    const wrong = await costOf(stage.meter, () => signInOn(stage, false)(userName, token));
    const right = await costOf(stage.meter, () => signInOn(stage, true)(userName, token));
    if (index === 0) continue;
    costs['a wrong password on a device'].push(wrong);
    costs['the right one on it'].push(right);
  }
}

type Costs = Record<Work, Cost[]>;

/** @param nameOf the name of a user by index; the last ten's are those of one tenant */
export async function measureNoticesAndDevices(
  stage: Stage,
  users: number,
  nameOf: (index: number) => string,
): Promise<NoticeCosts> {
  const parsed = (index: number) => parseUserName(nameOf(index)) as UserName;
  const costs = Object.fromEntries(WORKS.map((work) => [work, []])) as unknown as Costs;
  const told = (ROUNDS + 1) * NOTICES;
  // Apart from those of the devices, whose indexes end with a nine.
  const step = 2 * Math.floor(users / told / 2) || 1;
  await measureNotices(
    stage,
    Array.from({ length: told }, (_, place) => parsed(place * step)),
    costs,
  );
  const devices = Array.from({ length: 10 }, (_, place) => parsed(users - 1 - place * 10));
  await measureDevices(stage, devices, costs);
  return costs;
}

export function noticeTargets(measured: ReadonlyMap<number, NoticeCosts>): Part['targets'] {
  const all = [...measured.values()];
  return WORKS.map((work) =>
    sameTarget(
      `${work}`,
      all.flatMap((each) => each[work]),
    ),
  );
}

export function noticeTable(measured: ReadonlyMap<number, NoticeCosts>): Part['tables'][number] {
  return {
    caption: 'Notices and devices, median (lowest–highest)',
    head: ['users', 'what', ...COST_HEAD],
    rows: [...measured].flatMap(([users, costs]) =>
      WORKS.map((work) => [number(users), work, ...costCells(costs[work])]),
    ),
  };
}
