/**
 * `npm run bench:simulate`: the arithmetic of shared/DESIGN.md, "Past one machine", and a morning
 * of a million sign-ins to back it. The same numbers every time: nothing here is measured.
 */

import { type Part, presentPart } from './part.ts';
import { type Morning, simulateMorning } from './simulate/morning.ts';

/** Of one processor: 5.2 verifications a second by the native engine at cost 12. */
const HASH_SECONDS = 1 / 5.2;
const USERS = 1_000_000;
/** 68 % come within an hour before or after the middle, in one time zone. */
const SPREAD_SECONDS = 3600;
/** Of the most crowded second of a normal distribution. */
const PEAK_SHARE = 1 / (SPREAD_SECONDS * Math.sqrt(2 * Math.PI));
const START_SECONDS = 2;
const STORE_SECONDS = 0.005;
const DAYS = 30;

/** Flex Consumption: memory, and the processors that come with it. */
const SIZES = [
  { memoryGb: 0.5, processors: 0.25, concurrencies: [1, 4] },
  { memoryGb: 2, processors: 1, concurrencies: [1, 4, 8, 16] },
  { memoryGb: 4, processors: 2, concurrencies: [4, 8, 16, 32] },
] as const;
const MEMORY_PRICE = 0.000026;
const CALL_PRICE = 0.4 / 1e6;
const STORE_PRICE = 0.00036 / 1e4;

const PARTITION_LIMIT = 2000;
const ACCOUNT_LIMIT = 20_000;
const REGION_CORES = 250;
const APP_INSTANCES = 1000;
const VAULT_LIMIT_A_SECOND = 400;
/** A sign-in: count, read user, read hashes, forget, note. */
const SIGN_IN_CALLS = 5;
/** Of them in the tenant's partition. */
const SIGN_IN_TENANT_CALLS = 3;
/** List and value of two secrets, each after one challenge. */
const START_VAULT_CALLS = 6;

interface Row {
  readonly memoryGb: number;
  readonly concurrency: number;
  readonly morning: Morning;
}

function simulateAll(): readonly Row[] {
  return SIZES.flatMap(({ memoryGb, processors, concurrencies }) =>
    concurrencies.map((concurrency) => ({
      memoryGb,
      concurrency,
      morning: simulateMorning({
        users: USERS,
        spreadSeconds: SPREAD_SECONDS,
        hashSeconds: HASH_SECONDS,
        processors,
        concurrency,
        startSeconds: START_SECONDS,
        storeSeconds: STORE_SECONDS,
        seed: 1,
      }),
    })),
  );
}

const number = (value: number) => Math.round(value).toLocaleString('en');
const money = (value: number) => `$ ${number(value)}`;

function monthlyCost({ memoryGb, morning }: Row): number {
  const memory = morning.billedSeconds * memoryGb * MEMORY_PRICE;
  return DAYS * (memory + USERS * (CALL_PRICE + SIGN_IN_CALLS * STORE_PRICE));
}

function quantileOf({ durationsSeconds }: Morning, part: number): string {
  const index = Math.floor(part * durationsSeconds.length);
  return `${(durationsSeconds[index] ?? Number.NaN).toFixed(2)} s`;
}

/** Users of one morning at which something is used up. */
const usersAt = (signInsASecond: number) => signInsASecond / PEAK_SHARE;

function limitRows(): readonly (readonly string[])[] {
  const limits = [
    ['a tenant: its partition, 2,000 entities/s', PARTITION_LIMIT / SIGN_IN_TENANT_CALLS],
    [`the region's quota of ${REGION_CORES} cores (to be raised)`, REGION_CORES / HASH_SECONDS],
    ['a storage account, 20,000 entities/s', ACCOUNT_LIMIT / SIGN_IN_CALLS],
    [`an app's ${number(APP_INSTANCES)} instances, 1 core each`, APP_INSTANCES / HASH_SECONDS],
    [
      `an app's ${number(APP_INSTANCES)} instances, 2 cores each`,
      (2 * APP_INSTANCES) / HASH_SECONDS,
    ],
  ] as const;
  return [...limits]
    .sort(([, one], [, other]) => one - other)
    .map(([what, rate]) => [
      what,
      `${number(rate)}/s`,
      `${(usersAt(rate) / 1e6).toFixed(1)} million`,
    ]);
}

function scaleRows(): readonly (readonly string[])[] {
  return [1e6, 1e7, 1e8].map((users) => {
    const rate = users * PEAK_SHARE;
    const cores = rate * HASH_SECONDS;
    return [
      number(users),
      `${number(rate)}/s`,
      number(Math.ceil(cores)),
      number(Math.ceil((rate * SIGN_IN_CALLS) / ACCOUNT_LIMIT)),
      `${((cores * START_VAULT_CALLS) / VAULT_LIMIT_A_SECOND).toFixed(1)} s`,
    ];
  });
}

function measure(): Part {
  const rows = simulateAll();
  const [first] = rows;
  const expected = USERS * PEAK_SHARE;
  const least = Math.ceil(expected * HASH_SECONDS);
  const simulated = first?.morning.peakRate ?? Number.NaN;
  return {
    title: 'Past one machine, on paper',
    text: [
      'Not measured: arithmetic, and a simulation with a fixed seed. ' +
        `${number(USERS)} users sign in once, normally distributed with a standard deviation of ` +
        `${SPREAD_SECONDS / 3600} h in one time zone; ` +
        `a hash takes ${(HASH_SECONDS * 1000).toFixed(0)} ms of a processor, a new ` +
        `instance ${START_SECONDS} s, a storage call ${STORE_SECONDS * 1000} ms. ` +
        `By the arithmetic the peak is ${number(expected)} sign-ins/s and needs ` +
        `${least} processors; the simulated ` +
        `peak is ${number(simulated)}/s. ` +
        `Prices are assumptions of 2026-11: $ ${MEMORY_PRICE} a GB-s, ` +
        '$ 0.40 a million executions, $ 0.00036 for 10,000 storage calls; a month has 30 such ' +
        'mornings and no free grant. shared/DESIGN.md says what follows.',
    ],
    targets: [],
    tables: [
      {
        caption: `A morning of ${number(USERS)} sign-ins, simulated`,
        head: ['memory', 'concurrency', 'instances', 'p50', 'p99', 'GB-s', 'a month'],
        rows: rows.map((row) => [
          `${row.memoryGb * 1024} MB`,
          `${row.concurrency}`,
          number(row.morning.peakInstances),
          quantileOf(row.morning, 0.5),
          quantileOf(row.morning, 0.99),
          number(row.morning.billedSeconds * row.memoryGb),
          money(monthlyCost(row)),
        ]),
      },
      {
        caption: 'What is used up first',
        head: ['limit', 'sign-ins', 'users of one morning'],
        rows: limitRows(),
      },
      {
        caption: 'What a morning needs at its peak',
        head: [
          'users',
          'sign-ins',
          'processors',
          'storage accounts',
          "the vault's limit spreads a start of all over",
        ],
        rows: scaleRows(),
      },
    ],
  };
}

presentPart(measure());
