import { odata } from '@azure/data-tables';
import { expect, it } from 'vitest';
import { odata as plainOdata } from './client-names.ts';

it('quotes texts in filters as the client does', () => {
  const texts = ['a', "o'neil", "''", 'two words', 'a "quote"'];
  for (const text of texts) {
    const filter = odata`RowKey ge ${text} and RowKey lt ${text} and atMs le ${5}L`;
    expect(plainOdata`RowKey ge ${text} and RowKey lt ${text} and atMs le ${5}L`).toBe(filter);
  }
});
