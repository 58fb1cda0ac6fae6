/**
 * `npm run bench -- scale`: what a sweep, notices, devices, a page of users, a search, filtered
 * events and the summary cost as users grow; what a user of an import, a backup and a restore
 * costs, in the first two sizes; and ten thousand temporary passwords overdue at once.
 * `--sizes 1000,10000,100000`, `--overdue 10000`.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { TableClient } from '@azure/data-tables';
import type { Tenant } from '../../shared/credential/name.ts';
import {
  expireTemporaryPasswords,
  SWEEP_TIME_MS,
  type SweepReport,
} from '../../shared/operation/expire-temporary-passwords.ts';
import { median, type Part, presentPart, spread } from './part.ts';
import { type CopyCosts, copyTable, copyTargets, measureCopies } from './scale/copies.ts';
import { type LookupCosts, lookupTable, lookupTargets, measureLookups } from './scale/lookups.ts';
import {
  LANE,
  measureNoticesAndDevices,
  type NoticeCosts,
  noticeTable,
  noticeTargets,
  WAITING_MS,
} from './scale/notices.ts';
import { type Citizen, nthTenant, USERS_PER_TENANT } from './scale/population.ts';
import {
  COST_HEAD,
  type Cost,
  costCells,
  costOf,
  NOW_MS,
  number,
  onPopulation,
  SILENT,
  type Stage,
  sameTarget,
} from './scale/stage.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,10000,100000' },
    overdue: { type: 'string', default: '10000' },
  },
});
const SIZES = values.sizes.split(',').map(Number);
const CROWD = Number(values.overdue);
const ROUNDS = 7;
const DUE_EACH_ROUND = 50;
const PAGE = 50;
const STRIDE = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const BIG = 'big.example' as Tenant;
/** A copy of the largest would write every user through Azurite's door. */
const COPIED_SIZES = 2;

/** The clock stands at `baseMs` when the run starts and continues from there. */
function sweep({ stores }: Stage, baseMs: number): Promise<SweepReport> {
  const startedAtMs = Date.now();
  const clock = { now: () => baseMs + Date.now() - startedAtMs };
  const bytes = (size: number) => randomBytes(size);
  const dependencies = { ...stores, clock, randomBytes: bytes, lanes: [] };
  return expireTemporaryPasswords(dependencies, { requestId: randomUUID(), log: SILENT });
}

const nameOf = (index: number) => `user-${String(index).padStart(6, '0')}@${nthTenant(index)}`;
const WAITING = { lane: LANE, dueAtMs: WAITING_MS };

/** Three wrong passwords are counted on the devices of each, and every tenth waits for a notice. */
function* tenants(users: number): Generator<Citizen> {
  const expiresAtMs = dueAt(users);
  for (let index = 0; index < users; index += 1) {
    const waiting = index % 10 === 0 ? { waiting: WAITING } : {};
    const expiry = { expiresAtMs: expiresAtMs(index) };
    yield { tenant: nthTenant(index), ...expiry, deviceFailures: 3, ...waiting };
  }
}

/** Each round's 50 fall due in a minute of their own; a tenth of the others wait for later days. */
function dueAt(users: number): (index: number) => number | undefined {
  const due = (ROUNDS + 1) * DUE_EACH_ROUND;
  const every = Math.floor(users / due);
  if (every < 1) throw new Error(`--sizes: at least ${due}`);
  return (index) => {
    const place = index / every;
    if (Number.isInteger(place) && place < due) {
      return NOW_MS + Math.floor(place / DUE_EACH_ROUND) * 10 * MINUTE_MS;
    }
    return index % 10 === 1 ? NOW_MS + 48 * HOUR_MS + index * 1000 : undefined;
  };
}

interface Timers {
  readonly sweeps: readonly Cost[];
  readonly notices: NoticeCosts;
}

function measureTimers(users: number): Promise<Timers> {
  return onPopulation(tenants(users), async (stage) => {
    const costs: Cost[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const cost = await costOf(stage.meter, async () => {
        const { expired } = await sweep(stage, NOW_MS + round * 10 * MINUTE_MS);
        if (expired !== DUE_EACH_ROUND) throw new Error(`a sweep expired ${expired}`);
      });
      // The first one warms both processes.
      if (round > 0) costs.push(cost);
    }
    return { sweeps: costs, notices: await measureNoticesAndDevices(stage, users, nameOf) };
  });
}

function* oneTenant(users: number): Generator<Citizen> {
  for (let index = 0; index < users; index += 1) yield { tenant: BIG, expiresAtMs: undefined };
}

interface Pages {
  readonly first: readonly Cost[];
  readonly middle: readonly Cost[];
  /** The same query by the bare client: what the table server alone takes. */
  readonly bareMs: readonly number[];
}

const EVERYBODY = { nowMs: NOW_MS };

async function middleOf({ stores }: Stage, users: number): Promise<string | undefined> {
  let after: string | undefined;
  let passed = 0;
  while (passed < users / 2) {
    const limit = Math.min(STRIDE, users / 2 - passed);
    const page = await stores.accounts.listUsers(BIG, EVERYBODY, { limit, after });
    passed += page.items.length;
    after = page.next;
  }
  return after;
}

async function bareQuery({ connectionString }: Stage): Promise<number> {
  const options = { allowInsecureConnection: true };
  const client = TableClient.fromConnectionString(connectionString, 'accounts', options);
  const filter =
    `PartitionKey eq '${BIG}' and RowKey ge 'user:' and RowKey lt 'user;' ` +
    "and status ne 'deleted'";
  const startedAtMs = performance.now();
  await client.listEntities({ queryOptions: { filter } }).byPage({ maxPageSize: PAGE }).next();
  return performance.now() - startedAtMs;
}

function measurePages(users: number): Promise<Pages> {
  return onPopulation(oneTenant(users), async (stage) => {
    const middle = await middleOf(stage, users);
    const page = (after: string | undefined) =>
      costOf(stage.meter, () =>
        stage.stores.accounts.listUsers(BIG, EVERYBODY, { limit: PAGE, after }),
      );
    const pages = { first: [] as Cost[], middle: [] as Cost[], bareMs: [] as number[] };
    for (let round = -1; round < ROUNDS * 3; round += 1) {
      const costs = [await page(undefined), await page(middle)] as const;
      const bareMs = await bareQuery(stage);
      if (round < 0) continue;
      pages.first.push(costs[0]);
      pages.middle.push(costs[1]);
      pages.bareMs.push(bareMs);
    }
    return pages;
  });
}

interface Crowd {
  readonly report: SweepReport;
  readonly seconds: number;
  readonly calls: number;
  readonly rssBeforeMiB: number;
  readonly rssPeakMiB: number;
  readonly nextReport: SweepReport;
}

const rssMiB = () => process.memoryUsage().rss / 1024 ** 2;

function* overdue(): Generator<Citizen> {
  for (let index = 0; index < CROWD; index += 1) {
    yield { tenant: nthTenant(index), expiresAtMs: NOW_MS };
  }
}

function measureCrowd(): Promise<Crowd> {
  return onPopulation(overdue(), async (stage) => {
    // What made the population is garbage by now.
    const rssBeforeMiB = rssMiB();
    let rssPeakMiB = rssBeforeMiB;
    const watch = setInterval(() => {
      rssPeakMiB = Math.max(rssPeakMiB, rssMiB());
    }, 100);
    stage.meter.reset();
    const startedAtMs = performance.now();
    const report = await sweep(stage, NOW_MS);
    const seconds = (performance.now() - startedAtMs) / 1000;
    const { calls } = stage.meter;
    clearInterval(watch);
    const nextReport = await sweep(stage, NOW_MS + SWEEP_TIME_MS);
    return { report, seconds, calls, rssBeforeMiB, rssPeakMiB, nextReport };
  });
}

const middleOfAll = (costs: readonly Cost[], what: 'durationMs' | 'ownMs') =>
  median(costs.map((cost) => cost[what]));
const SMALLEST = number(SIZES[0] ?? 0);
const LARGEST = number(SIZES.at(-1) ?? 0);
/** The growth from the smallest to the largest that still counts as noise. */
const FLAT = 1.5;

function flatTarget(what: string, costs: readonly (readonly Cost[])[]): Part['targets'][number] {
  const growth = growthOf(costs, 'ownMs');
  return {
    text: `${what} with ${LARGEST} users ≤ ${FLAT} × with ${SMALLEST}`,
    measured: growth.toFixed(2),
    isMet: growth <= FLAT,
    ...(growth > FLAT && { reason: 'Calls and rows are the same.' }),
  };
}

function growthOf(costs: readonly (readonly Cost[])[], what: 'durationMs' | 'ownMs'): number {
  return middleOfAll(costs.at(-1) ?? [], what) / middleOfAll(costs[0] ?? [], what);
}

/** Returns why no verdict is on the time of sweeps and pages, with the measurement. */
function azuriteText(sweeps: readonly (readonly Cost[])[], pages: readonly Pages[]): string {
  const bare = median(pages.at(-1)?.bareMs ?? []) / median(pages[0]?.bareMs ?? []);
  const middles = pages.map(({ middle }) => middle);
  return (
    'No verdict is on time with Azurite, which searches its memory where Table Storage has an ' +
    `index. From ${SMALLEST} to ${LARGEST} users the bare query of a page, in which nothing is ` +
    `of the product, took ${bare.toFixed(2)} × as long, a middle page ` +
    `${growthOf(middles, 'durationMs').toFixed(2)} ×, a sweep ` +
    `${growthOf(sweeps, 'durationMs').toFixed(2)} ×.`
  );
}

function targetsOf(sweeps: readonly (readonly Cost[])[], pages: readonly Pages[]): Part['targets'] {
  const { first = [], middle = [] } = pages.at(-1) ?? {};
  const ratio = middleOfAll(middle, 'durationMs') / middleOfAll(first, 'durationMs');
  return [
    sameTarget(`a sweep of ${DUE_EACH_ROUND} overdue`, sweeps.flat()),
    flatTarget("a sweep's own processor time", sweeps),
    sameTarget(
      `a page of ${PAGE}, first or from the middle,`,
      pages.flatMap((each) => [...each.first, ...each.middle]),
    ),
    flatTarget(
      "a middle page's own processor time",
      pages.map((each) => each.middle),
    ),
    {
      text: `a page from the middle of ${LARGEST} ≤ 1.25 × the first page`,
      measured: ratio.toFixed(2),
      isMet: ratio <= 1.25,
      ...(ratio > 1.25 && { reason: 'Calls and rows are the same.' }),
    },
  ];
}

function crowdRows(crowd: Crowd): readonly (readonly string[])[] {
  const { report, seconds, calls, nextReport } = crowd;
  return [
    ['overdue', number(CROWD)],
    ['expired by one run', number(report.expired)],
    ['failed or met and left', number(report.failed + report.left)],
    ['left for the next run', number(CROWD - report.expired)],
    [
      `the run took (it stops by itself after ${SWEEP_TIME_MS / 1000} s)`,
      `${seconds.toFixed(1)} s`,
    ],
    ['expired a second', (report.expired / seconds).toFixed(0)],
    ['storage calls each', (calls / report.expired).toFixed(2)],
    [
      'memory before and at its peak',
      `${crowd.rssBeforeMiB.toFixed(0)}, ${crowd.rssPeakMiB.toFixed(0)} MiB`,
    ],
    ['expired by the next run', number(nextReport.expired)],
  ];
}

function pageTable(pages: ReadonlyMap<number, Pages>): Part['tables'][number] {
  return {
    caption: `A page of ${PAGE} users, median (lowest–highest)`,
    head: ['users', 'page', ...COST_HEAD, 'bare query ms'],
    rows: [...pages].flatMap(([users, { first, middle, bareMs }]) => [
      [number(users), 'first', ...costCells(first), spread(bareMs, 1)],
      [number(users), 'middle', ...costCells(middle), ''],
    ]),
  };
}

function chartOf(
  sweeps: ReadonlyMap<number, readonly Cost[]>,
  pages: ReadonlyMap<number, Pages>,
): Part['chart'] {
  return [
    {
      title: `A sweep of ${DUE_EACH_ROUND} overdue: storage calls`,
      unit: 'calls',
      bars: [...sweeps].map(([users, costs]) => ({
        label: `among ${number(users)} users`,
        value: median(costs.map(({ calls }) => calls)),
      })),
    },
    {
      title: `A page of ${PAGE} users: processor time of the product`,
      unit: 'ms',
      bars: [...pages].map(([users, { middle }]) => ({
        label: `from the middle of ${number(users)}`,
        value: median(middle.map(({ ownMs }) => ownMs)),
      })),
    },
  ];
}

async function measure(): Promise<Part> {
  // First, while this process is small: memory is measured here.
  const crowd = await measureCrowd();
  const sweeps = new Map<number, readonly Cost[]>();
  const notices = new Map<number, NoticeCosts>();
  const pages = new Map<number, Pages>();
  const lookups = new Map<number, LookupCosts>();
  const copies = new Map<number, CopyCosts>();
  for (const size of SIZES) {
    process.stderr.write(`scale: ${number(size)} users\n`);
    const timers = await measureTimers(size);
    sweeps.set(size, timers.sweeps);
    notices.set(size, timers.notices);
    pages.set(size, await measurePages(size));
    lookups.set(size, await measureLookups(size));
    if (copies.size < COPIED_SIZES) copies.set(size, await measureCopies(size));
  }
  const [allSweeps, allPages] = [[...sweeps.values()], [...pages.values()]];
  return {
    title: 'Flat as it grows',
    text: [
      `Sweeps meet ${DUE_EACH_ROUND} overdue among the users of many tenants ` +
        `(${USERS_PER_TENANT} each; a tenth have temporary passwords that are good for days, a ` +
        'tenth a notice that is due later, and all have failures on their devices); pages are of ' +
        "one tenant that has all the users. Rows are written by the product's own writers into " +
        'the file that Azurite starts from; Azurite runs in a process of its own. The bare query ' +
        'is the same page, asked by the bare client. A summary is asked of two instances at ' +
        'once; that they share one count is proven in test/operation/count-users.test.ts ' +
        '(“counts once a minute, to the millisecond, on however many instances”).',
      azuriteText(allSweeps, allPages),
    ],
    targets: [
      ...targetsOf(allSweeps, allPages),
      ...noticeTargets(notices),
      ...lookupTargets(lookups),
      ...copyTargets(copies),
    ],
    tables: [
      {
        caption: `A sweep of ${DUE_EACH_ROUND} overdue, median (lowest–highest)`,
        head: ['users', ...COST_HEAD],
        rows: [...sweeps].map(([users, costs]) => [number(users), ...costCells(costs)]),
      },
      noticeTable(notices),
      pageTable(pages),
      lookupTable(lookups),
      copyTable(copies),
      { caption: 'All overdue at once', head: ['what', 'value'], rows: crowdRows(crowd) },
    ],
    chart: chartOf(sweeps, pages) ?? [],
  };
}

presentPart(await measure());
