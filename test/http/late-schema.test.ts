import { expect, it } from 'vitest';
import * as z from 'zod';
import { late, named, namedSchemas } from '../../shared/http/late-schema.ts';

it('a late schema is made once, with its first use', () => {
  let made = 0;
  const schema = late(() => {
    made += 1;
    return z.string();
  });
  expect(made).toBe(0);
  expect(schema()).toBe(schema());
  expect(made).toBe(1);
});

it('the named schemas are all made for the list of them, and have their names there', () => {
  const schema = named('OfThisTest', () => z.string());
  expect(namedSchemas().get(schema())).toEqual({ id: 'OfThisTest' });
});
