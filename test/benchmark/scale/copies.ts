/** Measures an import, a backup and a restore for each user, as users grow. */
import { randomBytes, randomUUID } from 'node:crypto';
import { parseUserName, type UserName } from '../../../shared/credential/name.ts';
import { backUp } from '../../../shared/maintenance/backup.ts';
import { type ImportLine, importUsers } from '../../../shared/maintenance/import-users.ts';
import { restore } from '../../../shared/maintenance/restore.ts';
import { each, SEAL } from '../../fixture/archive.ts';
import type { Part } from '../part.ts';
import { nthTenant } from './population.ts';
import { type Cost, costOf, number, onPopulation, SILENT } from './stage.ts';

/** The growth of calls a user that is still linear: pages, and the first calls of a run. */
const LINEAR = 1.05;

const WORKS = ['import', 'backup', 'restore'] as const;
export type CopyCosts = Readonly<Record<(typeof WORKS)[number], Cost>>;

async function* linesOf(users: number): AsyncGenerator<ImportLine> {
  for (let index = 0; index < users; index += 1) {
    const userName = parseUserName(`user-${index}@${nthTenant(index)}`) as UserName;
    const profile = { displayName: `User ${index}`, roles: ['salesAgent' as const] };
    const none = { email: undefined, secondEmail: undefined, locale: undefined };
    const user = { userName, ...profile, ...none, status: undefined, hash: undefined };
    yield { line: index + 1, user };
  }
}

export function measureCopies(users: number): Promise<CopyCosts> {
  return onPopulation([], async ({ stores, meter }) => {
    const dependencies = {
      ...stores,
      ...{ clock: Date, randomBytes: (size: number) => randomBytes(size), seal: SEAL },
      ...{ pause: async () => {}, lanes: [], peppers: { all: async () => [] } },
      hasher: { acquire: () => Promise.reject(new Error('nothing is to be hashed')) },
    };
    const context = { requestId: randomUUID(), log: SILENT };
    const options = { isDryRun: false, restoreDeleted: false, context };
    const parts: string[] = [];
    const sink = {
      write: async (part: string) => void parts.push(part),
      readBack: () => each(parts),
    };
    const imported = await costOf(meter, async () => {
      const { created } = await importUsers(dependencies, linesOf(users), options, () => {});
      if (created !== users) throw new Error(`${created} users were imported`);
    });
    const backedUp = await costOf(meter, () => backUp(dependencies, sink, () => {}));
    await stores.archive.clear(() => {});
    const restored = await costOf(meter, async () => {
      const request = { open: () => each(parts), replace: false, isDryRun: false };
      const report = await restore(dependencies, request, () => {});
      if (report.users !== users) throw new Error(`${report.users} users were restored`);
    });
    return { import: imported, backup: backedUp, restore: restored };
  });
}

export function copyTargets(measured: ReadonlyMap<number, CopyCosts>): Part['targets'] {
  const sizes = [...measured];
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (first === undefined || last === undefined) return [];
  return WORKS.map((work) => {
    const [fewer, more] = [first, last].map(([users, costs]) => costs[work].calls / users);
    const growth = (more ?? Number.NaN) / (fewer ?? Number.NaN);
    return {
      text:
        `${work}: calls a user with ${number(last[0])} users ≤ ${LINEAR} × with ` +
        `${number(first[0])}`,
      measured: growth.toFixed(3),
      isMet: growth <= LINEAR,
      reason: `It takes ${fewer?.toFixed(3)} and ${more?.toFixed(3)} calls.`,
    };
  });
}

export function copyTable(measured: ReadonlyMap<number, CopyCosts>): Part['tables'][number] {
  return {
    caption: 'Import, backup and restore, once each',
    head: ['users', 'what', 'seconds', 'calls a user', 'own processor ms a user', 'ms a user'],
    rows: [...measured].flatMap(([users, costs]) =>
      WORKS.map((work) => {
        const { calls, durationMs, ownMs } = costs[work];
        return [
          ...[number(users), work, (durationMs / 1000).toFixed(1), (calls / users).toFixed(2)],
          ...[(ownMs / users).toFixed(2), (durationMs / users).toFixed(2)],
        ];
      }),
    ),
  };
}
