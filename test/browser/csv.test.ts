import { describe, expect, it } from 'vitest';
import { csvOf } from '../../functions/portal/script/csv.ts';
import { eventApiQuery } from '../../functions/portal/script/event-filter.ts';
import { detailLines } from '../../functions/portal/script/event-text.ts';
import { resetRows } from '../../functions/portal/script/reset-rows.ts';
import { Translator } from '../../functions/portal/script/text.ts';
import { portalEn } from '../../functions/portal/text/en.ts';
import { en } from '../../shared/http/text/en.ts';

describe('a file for a spreadsheet', () => {
  it.each(['=1+1', '+1', '-1', '@cmd', '\t=1', '\r=1'])('makes no formula of %j', (value) => {
    expect(csvOf([[value]])).toContain(`'${value}`);
  });

  it('quotes what would be taken for another cell or row', () => {
    expect(csvOf([['a,b', 'say "no"', 'two\nlines', '=A1,2']])).toBe(
      '\uFEFF"a,b","say ""no""","two\nlines","\'=A1,2"\r\n',
    );
  });

  it('leaves ordinary text as it is', () => {
    expect(csvOf([['Ana', 'a-b', '3+4', 'ana@contoso.example']])).toBe(
      '\uFEFFAna,a-b,3+4,ana@contoso.example\r\n',
    );
  });
});

describe('the list of resets as a file', () => {
  it('has a cell for each head, and says what is proven and what is stated', () => {
    const text = { ...portalEn, ...en, spoken: {} };
    const app = { translator: new Translator('en', 'en', text), userNames: {}, session: undefined };
    const at = '2026-11-29T12:00:00.000Z';
    const item = { eventId: 'e1', at, actor: { system: 'operator' as const } };
    const [heads, proven, old] = resetRows(
      app as never,
      { userId: 'u1', name: 'Ana', userName: 'ana@contoso.example' },
      [
        {
          ...{ ...item, outcome: 'used', outcomeAt: at, expiresAt: at, delivery: 'split' },
          ...{ reason: '=1+1', ticket: 'INC-1' },
          verification: { kind: 'supportCode', isProven: true },
        },
        { ...item, outcome: 'expired' },
      ],
    );
    const cells = (row: readonly string[] = []) =>
      Object.fromEntries((heads ?? []).map((head, index) => [head, row[index]]));
    expect([proven?.length, old?.length]).toEqual([heads?.length, heads?.length]);
    expect(cells(proven)).toMatchObject({
      ...{ 'User name': 'ana@contoso.example', 'Done by': 'Operator of the service' },
      ...{ Outcome: 'Used by the user', Delivery: 'In two parts', Verification: 'Support code' },
      ...{ 'Proven by the service': 'Yes', Reason: '=1+1', Ticket: 'INC-1' },
    });
    expect(cells(old)).toMatchObject({ Delivery: '', 'Proven by the service': '', Reason: '' });
  });
});

describe('the details in the log', () => {
  it('have words for the rules and the terms of resets', () => {
    const text = { ...portalEn, ...en, spoken: {} };
    const app = { translator: new Translator('en', 'en', text), userNames: {}, session: undefined };
    const details = {
      resetAfter: ['reason=required', 'verification=requiredForAdmins', 'colour=blue'],
      expiresInSeconds: 3600,
      verification: { kind: 'callBack', reference: 'ext. 12', isProven: false },
    };
    expect(detailLines(app as never, { details } as never)).toEqual([
      'Rules now: Reason: Required, Verification of the caller: Required for admins, colour=blue',
      'Lifetime: 1 h',
      'Verified by: Call back, as stated by the admin (ext. 12)',
    ]);
  });
});

describe('the filter of the log', () => {
  const none = { type: '', actor: '', from: '', to: '' };

  it('counts the last day as a whole, in the time of the reader', () => {
    const query = eventApiQuery({ ...none, from: '2026-11-28', to: '2026-11-28' }, 50);
    const length = Date.parse(query.get('to') ?? '') - Date.parse(query.get('from') ?? '');
    expect(length).toBe(86_400_000);
    expect(query.get('from')).toBe(new Date(2026, 10, 28).toISOString());
  });

  it('sends no day that does not exist', () => {
    expect(`${eventApiQuery({ ...none, from: 'yesterday', to: '2026-13-45x' }, 50)}`).toBe(
      'limit=50',
    );
  });
});
