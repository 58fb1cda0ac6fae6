import { openNotices } from '../../../shared/composition/notice-channel.ts';
import {
  type LaneReport,
  type NoticeReport,
  reportNotices,
} from '../../../shared/maintenance/notice-report.ts';
import type { DeadLetter } from '../../../shared/port/notice.ts';
import { COMMON_HELP, type Command } from '../command.ts';
import { table } from '../report-text.ts';

const HELP = `\
Lists the lanes of notices (mail, and each webhook by its host), what waits, and dead letters: what
a webhook did not accept in ten tries. They are kept for 30 days. A mail that was given up is the
event notice.undeliverable instead.

  portal-credentials notices list [options]

${COMMON_HELP}`;

/** The limit of dead letters for a person; `--json` has them all. */
const LETTERS_SHOWN = 20;

const timeOf = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());

function viewLane({ name, label, isSet, queues, ...times }: LaneReport) {
  return {
    lane: name,
    name: label,
    isSet,
    waiting: queues,
    oldestAt: timeOf(times.oldestAtMs),
    stoppedAt: timeOf(times.stoppedAtMs),
    pausedUntil: timeOf(times.pausedUntilMs),
  };
}

function viewLetter({ notice: { lane, tenant, event }, tries, givenUpAtMs }: DeadLetter) {
  const { eventId, type, atMs } = event;
  const when = { at: timeOf(atMs), givenUpAt: timeOf(givenUpAtMs) };
  return { eventId, lane, tenant, type, ...when, tries };
}

function describe({ lanes, dead }: NoticeReport): string {
  const rows = lanes.map((lane) => {
    const { name, isSet, waiting, oldestAt, stoppedAt } = viewLane(lane);
    const state = isSet ? (stoppedAt === null ? 'open' : `stopped ${stoppedAt}`) : 'not set';
    return [name, state, oldestAt ?? '–', String(waiting)];
  });
  const letters = dead.map(viewLetter).slice(0, LETTERS_SHOWN);
  const more = dead.length - letters.length;
  const lines = [
    ...(rows.length === 0
      ? ['Neither mail nor a webhook is set.']
      : table([['lane', 'state', 'oldest', 'waiting'], ...rows], 3)),
    ...letters.map(({ eventId, lane, type, givenUpAt }) => {
      return `dead letter ${eventId} of ${lane}: ${type}, given up ${givenUpAt}`;
    }),
    ...(more === 0 ? [] : [`and ${more} more dead letters (--json names them)`]),
  ];
  return `${lines.join('\n')}\n`;
}

export const noticesList: Command<undefined> = {
  summary: 'lists what waits for mail and webhooks, and dead letters',
  help: HELP,
  options: {},
  argumentsMax: 0,
  changes: false,
  mayMakeStores: false,
  parse: () => undefined,
  async run() {
    const report = await reportNotices(openNotices());
    const { lanes, dead } = report;
    const document = { lanes: lanes.map(viewLane), deadLetters: dead.map(viewLetter) };
    return { document, text: describe(report) };
  },
};
