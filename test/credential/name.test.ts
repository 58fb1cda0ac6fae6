import { describe, expect, it } from 'vitest';
import {
  parseEmail,
  parseUserId,
  parseUserName,
  tenantOf,
  type UserName,
} from '../../shared/credential/name.ts';

describe('parseUserName', () => {
  it.each([
    ['ana@contoso.example', 'ana@contoso.example'],
    ['Ana.Silva@Contoso.EXAMPLE', 'ana.silva@contoso.example'],
    ['a@b.example', 'a@b.example'],
    ["o'neil_#^~!-1@a-b.example", "o'neil_#^~!-1@a-b.example"],
    [`${'a'.repeat(64)}@b.example`, `${'a'.repeat(64)}@b.example`],
  ])('accepts %s', (text, expected) => {
    expect(parseUserName(text)).toBe(expected);
  });

  it.each([
    '',
    'ana',
    'contoso.example',
    '@contoso.example',
    'ana@',
    'ana@contoso',
    'ana@@contoso.example',
    'ana@contoso..example',
    'ana@-contoso.example',
    'ana@contoso-.example',
    'ana@con_toso.example',
    `ana@${'a'.repeat(64)}.example`,
    '.ana@contoso.example',
    'ana.@contoso.example',
    'a..na@contoso.example',
    'a na@contoso.example',
    'ana$@contoso.example',
    '$ana@contoso.example',
    'ána@contoso.example',
    // The Kelvin sign becomes an ASCII k in lower case: it must not slip in that way.
    '\u212aana@contoso.example',
    `${'a'.repeat(65)}@b.example`,
    `a@${'b.'.repeat(126)}b`,
  ])('rejects %j', (text) => {
    expect(parseUserName(text)).toBeUndefined();
  });

  it('allows 254 characters and rejects 255', () => {
    const domain = `${'a'.repeat(61)}.${'b'.repeat(61)}.${'c'.repeat(61)}.`;
    const name = (length: number) => `x@${domain}${'d'.repeat(length - 2 - domain.length)}`;
    expect(name(254)).toHaveLength(254);
    expect(parseUserName(`yyyy${name(250)}`)).toBeDefined();
    expect(parseUserName(`yyyyy${name(250)}`)).toBeUndefined();
  });
});

describe('parseEmail', () => {
  it.each([
    'ana@mail.example',
    'Ana.Silva+tag@Mail.Example',
    "!#$%&'*+-/=?^_`{|}~@x.eu",
    `${'a'.repeat(249)}@x.eu`,
    `a@${'b'.repeat(63)}.eu`,
  ])('returns %s unchanged', (text) => {
    expect(parseEmail(text)).toBe(text);
  });

  it.each([
    ...['', 'ana', '@x.eu', 'ana@', 'ana@x', 'a@b@x.eu', ' ana@x.eu', 'ana@x.eu\n'],
    ...['.ana@x.eu', 'ana.@x.eu', 'a..b@x.eu', 'ana@x.eu.', 'ana@.x.eu', 'ana@x..eu'],
    ...['ana@-x.eu', 'ana@x-.eu', 'ana@x_y.eu', 'ana@[192.0.2.1]', `a@${'b'.repeat(64)}.eu`],
    ...Array.from('",;:<>()[]\\', (mark) => `a${mark}b@x.eu`),
    ...[
      'ána@x.eu',
      'ana@é.eu',
      'ana@\u212a.eu',
      'ana\u202e@x.eu',
      'a\u200fna@x.eu',
      'a\u0000@x.eu',
    ],
    `${'a'.repeat(250)}@x.eu`,
  ])('rejects %j as an email address', (text) => {
    expect(parseEmail(text)).toBeUndefined();
  });
});

it('takes the tenant of a user name from its domain', () => {
  expect(tenantOf('ana@contoso.example' as UserName)).toBe('contoso.example');
});

it('rejects ids that no user can have', () => {
  expect(parseUserId('0123456789abcdefghjkmnpqrs')).toBeDefined();
  for (const id of ['', 'x', '0123456789abcdefghjkmnpqr', '0123456789ABCDEFGHJKMNPQRS']) {
    expect(parseUserId(id)).toBeUndefined();
  }
});
