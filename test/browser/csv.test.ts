import { describe, expect, it } from 'vitest';
import { csvOf } from '../../functions/portal/script/csv.ts';
import { eventApiQuery } from '../../functions/portal/script/event-filter.ts';

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
