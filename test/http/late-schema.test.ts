import { expect, it } from 'vitest';
import * as z from 'zod';
import { Policy } from '../../shared/http/answer-schema.ts';
import { late, namedSchemas } from '../../shared/http/late-schema.ts';

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
  // A name of this test alone would be in the document that other tests of this worker read.
  expect(namedSchemas().get(Policy())).toEqual({ id: 'Policy' });
});
