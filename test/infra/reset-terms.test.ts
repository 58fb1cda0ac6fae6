import { expect, it } from 'vitest';
import { createAdmin } from '../../infra/cli/command/create-admin.ts';
import { usersReset } from '../../infra/cli/command/users-reset.ts';
import { UsageError } from '../../infra/cli/command-line.ts';

const parsed = (options: Readonly<Record<string, string | true>>) =>
  usersReset.parse({ options, positionals: ['ana@contoso.example'] });

it('takes the terms of a reset as the API does, and the whole password is shown', () => {
  expect(parsed({ reason: 'Lost phone', ticket: 'INC-1' }).terms).toEqual({
    reason: 'Lost phone',
    ticket: 'INC-1',
    delivery: 'shown',
  });
  expect(parsed({}).terms).toEqual({ delivery: 'shown' });
});

it.each([{ reason: ' ' }, { reason: 'a\nb' }, { ticket: 'A 1' }, { ticket: 'x'.repeat(65) }])(
  'refuses %j with the name of the option',
  (options) => {
    expect(() => parsed(options)).toThrow(UsageError);
    expect(() => parsed(options)).toThrow(`--${Object.keys(options)[0]}`);
  },
);

it('refuses terms for an admin who is new: a creation is no reset', () => {
  const positionals = ['ana@contoso.example'];
  const make = (options: Readonly<Record<string, string | true>>) =>
    createAdmin.parse({ options, positionals });
  expect(() => make({ ticket: 'INC-1' })).toThrow('--recover');
  expect(make({ ticket: 'INC-1', recover: true }).terms).toMatchObject({ ticket: 'INC-1' });
});
