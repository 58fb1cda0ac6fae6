import { describe, expect, it } from 'vitest';
import type { NoticeEvent } from '../../shared/credential/notice.ts';
import { mailKindOf } from '../../shared/credential/notice.ts';
import {
  MAILS_IN_WINDOW,
  type MailKind,
  noteMail,
  type Pace,
  planMail,
  prunePace,
} from '../../shared/credential/pace.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Sends a mail whenever one may go, for a change every `everyMs`; lists the times of mails. */
function flood(kind: MailKind, everyMs: number, forMs: number) {
  let pace: Pace = {};
  const mails: { readonly atMs: number; readonly isDigest: boolean }[] = [];
  const held: number[] = [];
  for (let nowMs = 0; nowMs < forMs; nowMs += everyMs) {
    held.push(nowMs);
    for (const changedAtMs of [...held]) {
      if (!held.includes(changedAtMs)) continue;
      const plan = planMail(kind, pace.key?.[kind] ?? [], { changedAtMs, nowMs });
      if (plan.atMs > nowMs) break;
      mails.push({ atMs: nowMs, isDigest: plan.isDigest });
      pace = noteMail(pace, 'key', kind, nowMs);
      if (plan.isDigest) held.length = 0;
      else held.splice(held.indexOf(changedAtMs), 1);
    }
  }
  return mails;
}

/** Returns the most mails in any window of this length. */
function mostWithin(mails: readonly { readonly atMs: number }[], windowMs: number): number {
  const counts = mails.map(
    ({ atMs }) =>
      mails.filter((other) => other.atMs >= atMs && other.atMs < atMs + windowMs).length,
  );
  return Math.max(...counts);
}

describe('mails about edits', () => {
  it('are 20 in a day, and one an hour then', () => {
    const mails = flood('edit', MINUTE_MS, DAY_MS);
    const single = mails.filter(({ isDigest }) => !isDigest);
    expect(single.map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: MAILS_IN_WINDOW }, (_, index) => index * MINUTE_MS),
    );
    const digests = mails.filter(({ isDigest }) => isDigest).map(({ atMs }) => atMs);
    expect(digests.slice(0, 2)).toEqual([79 * MINUTE_MS, 139 * MINUTE_MS]);
    expect(digests).toHaveLength(23);
  });

  it('go one by one again a day after the first of 20', () => {
    const times = Array.from({ length: MAILS_IN_WINDOW }, (_, index) => index * MINUTE_MS);
    const at = (nowMs: number) => planMail('edit', times, { changedAtMs: nowMs, nowMs });
    expect(at(DAY_MS - 1)).toEqual({ atMs: DAY_MS - 1, isDigest: true });
    expect(at(DAY_MS)).toEqual({ atMs: DAY_MS, isDigest: false });
  });
});

describe('warnings', () => {
  it('are at most 20 in any 60 minutes, with one digest of what was held', () => {
    const mails = flood('warning', MINUTE_MS, DAY_MS);
    expect(mostWithin(mails, HOUR_MS)).toBe(MAILS_IN_WINDOW);
    expect(mails.slice(0, 22).map(({ isDigest }) => isDigest)).toEqual([
      ...Array.from({ length: MAILS_IN_WINDOW }, () => false),
      true,
      false,
    ]);
    expect(mails[MAILS_IN_WINDOW]?.atMs).toBe(79 * MINUTE_MS);
  });
});

describe('the pace', () => {
  it('keeps 20 times of each kind and address, for a day', () => {
    let pace: Pace = {};
    for (let count = 0; count < 25; count += 1) pace = noteMail(pace, 'a', 'edit', count);
    pace = noteMail(pace, 'b', 'warning', HOUR_MS);
    expect(pace.a?.edit).toHaveLength(MAILS_IN_WINDOW);
    expect(Object.keys(prunePace(pace, 24 + DAY_MS))).toEqual(['b']);
  });
});

describe('the limit of a mail', () => {
  const kindOf = (type: NoticeEvent['type'], changed: readonly string[] = []) =>
    mailKindOf({ type, details: { changed } } as unknown as NoticeEvent);

  it('is that of warnings for what an intruder does, and that of edits for the rest', () => {
    const warnings = ['password.reset', 'password.changed', 'credential.locked'] as const;
    for (const type of [...warnings, 'user.disabled', 'user.deleted'] as const) {
      expect(kindOf(type), type).toBe('warning');
    }
    expect(kindOf('user.updated', ['secondEmail', 'roles'])).toBe('warning');
    for (const type of ['sessions.ended', 'user.enabled', 'tenant.settings-changed'] as const) {
      expect(kindOf(type), type).toBe('edit');
    }
    expect(kindOf('user.updated', ['roles'])).toBe('edit');
    expect(kindOf('user.created')).toBeUndefined();
  });
});
