import bcryptjs from 'bcryptjs';
import { describe, expect, it } from 'vitest';
import { importedDigest } from '../../shared/crypto/password/imported-digest.ts';
import {
  describeLegacyHashScheme,
  type LegacyHashScheme,
  memoryKiBOf,
  parseImportedHash,
  parseLegacyHashScheme,
} from '../../shared/crypto/password/imported-hash.ts';
import type { ImportedHash } from '../../shared/port/hasher.ts';

/** Hashes that other programs made, of passwords that no user has. */

const PASSWORD = 'correct horse battery staple';

/** Each with the program that it is from. */
const KNOWN: readonly (readonly [string, string, string])[] = [
  ['bcrypt, crypt_blowfish', 'U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['bcrypt as PHP names it', 'U*U', '$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  [
    'PBKDF2-SHA-256, Python hashlib, in the form of passlib',
    PASSWORD,
    '$pbkdf2-sha256$1000$MDEyMzQ1Njc4OWFiY2RlZg$yqSq2SygY1sB4EcH9f2FG0JTMES.wqLsOT5YmiRBplI',
  ],
  [
    'PBKDF2-SHA-512, Python hashlib',
    PASSWORD,
    '$pbkdf2-sha512$i=1000,l=64$MDEyMzQ1Njc4OWFiY2RlZg$' +
      '5bTW2oeyDJyGJPcmEr+mRDE11ghpozWrDGnSNhRXo2ZCu0KHRDiUMAVEGzLJC+oDhRoeIja9J1iLIv9ptDJMfQ',
  ],
  [
    'scrypt, Python hashlib',
    PASSWORD,
    '$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$7AnzIswxwEinpwz+ntydndYfVHPvOACmX9Vvo8hO1qM',
  ],
  [
    'argon2id, the tests of the reference implementation',
    'password',
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  ],
];

/** Hashes in a spelling of a framework, some of them by Python's hashlib. */
const SPELT: readonly (readonly [string, string, string])[] = [
  [
    'ASP.NET Identity, SHA-1 (the tests of ASP.NET Core)',
    'my password',
    'AQAAAAAAAAD6AAAAEAhftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M',
  ],
  [
    'ASP.NET Identity, SHA-256 (the tests of ASP.NET Core)',
    'my password',
    'AQAAAAEAA9CQAAAAIESkQuj2Du8Y+kbc5lcN/W/3NiAZFEm11P27nrSN5/tId+bR1SwV8CO1Jd72r4C08OLvplNlCDc3' +
      'oQZ8efcW+jQ=',
  ],
  [
    'ASP.NET Identity, SHA-512 (the tests of ASP.NET Core)',
    'my password',
    'AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw',
  ],
  [
    'Django, PBKDF2 with SHA-256',
    PASSWORD,
    'pbkdf2_sha256$1000$seasalt9Kx2Qb0ZrT4vWnE$H748gq6+agBJDoecJgK0L27n8FwLLnHF5uZD3YLTpg8=',
  ],
  [
    'Django, PBKDF2 with SHA-1',
    PASSWORD,
    'pbkdf2_sha1$1000$seasalt9Kx2Qb0ZrT4vWnE$22WmktFP21F7Az6J6uwEJVyiuAI=',
  ],
  [
    'Django, scrypt',
    PASSWORD,
    'scrypt$1024$seasalt9Kx2Qb0ZrT4vWnE$8$5$0WtMDgKuqpVHRN4mbSutzGPrsfIx6Je0qXdHXpGhM0Y+Ekaba' +
      'Ztg5iyj6lxJsMJ3mKO1SXxEA++6VKFus/1tDA==',
  ],
  [
    'Django, argon2',
    'password',
    'argon2$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  ],
  ['Django, bcrypt', 'U*U', 'bcrypt$$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
];

function taken(hash: string): ImportedHash {
  const parsed = parseImportedHash(hash);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
}

function digestOf(password: string, { wrapping }: ImportedHash): string {
  const parsed = parseLegacyHashScheme(wrapping);
  if (parsed === undefined) throw new Error('its own wrapping is not read');
  return importedDigest(password, parsed, bcryptjs.hashSync);
}

describe('an imported hash', () => {
  it.each([...KNOWN, ...SPELT])(
    'of %s matches its password and no other',
    (_name, password, hash) => {
      const imported = taken(hash);
      expect(digestOf(password, imported)).toBe(imported.digest);
      expect(digestOf(`${password}x`, imported)).not.toBe(imported.digest);
    },
  );

  it.each(KNOWN)('of %s keeps no digest in its stored scheme', (_name, _password, hash) => {
    const { wrapping, digest } = taken(hash);
    expect(wrapping).not.toContain(digest.replace(/=+$/, ''));
    const parsed = parseLegacyHashScheme(wrapping);
    expect(parsed && describeLegacyHashScheme(parsed)).toBe(wrapping);
    expect(hash.replace(/^\$2[ay]/, '$2b')).toContain(wrapping.split('$').at(-1));
  });

  it.each(SPELT)('of %s has a stored scheme that can be parsed', (_name, _password, hash) => {
    const { wrapping, digest } = taken(hash);
    expect(wrapping).not.toContain(digest.replace(/=+$/, ''));
    const parsed = parseLegacyHashScheme(wrapping);
    expect(parsed && describeLegacyHashScheme(parsed)).toBe(wrapping);
  });

  it('of bcrypt ignores everything after 72 bytes, as at its origin', () => {
    const imported = taken(bcryptjs.hashSync('x'.repeat(72), 4));
    expect(digestOf(`${'x'.repeat(72)}beyond`, imported)).toBe(imported.digest);
    expect(digestOf('x'.repeat(71), imported)).not.toBe(imported.digest);
  });
});

describe('parsing an imported hash', () => {
  it('accepts the parameters of OWASP and of common frameworks', () => {
    const rest = 'MDEyMzQ1Njc4OWFiY2RlZg$yqSq2SygY1sB4EcH9f2FG0JTMES+wqLsOT5YmiRBplI';
    for (const settings of [
      'pbkdf2-sha1$i=1400000',
      'pbkdf2-sha256$i=600000',
      'pbkdf2-sha512$i=210000',
      'scrypt$ln=17,r=8,p=1',
      'scrypt$ln=16,r=8,p=2',
      'scrypt$ln=15,r=8,p=3',
      'scrypt$ln=14,r=8,p=5',
      'scrypt$ln=13,r=8,p=10',
      'argon2id$v=19$m=47104,t=1,p=1',
      'argon2id$v=19$m=19456,t=2,p=1',
      'argon2id$v=19$m=7168,t=5,p=1',
      'argon2id$v=19$m=102400,t=2,p=8',
      'argon2id$v=19$m=131072,t=3,p=4',
    ]) {
      expect(parseImportedHash(`$${settings}$${rest}`), settings).toHaveProperty('wrapping');
    }
    const django = 'pbkdf2_sha256$1200000$seasalt9Kx2Qb0ZrT4vWnE$';
    expect(
      parseImportedHash(`${django}H748gq6+agBJDoecJgK0L27n8FwLLnHF5uZD3YLTpg8=`),
    ).toHaveProperty('wrapping');
  });

  it('accepts a stored scheme of version 1.0 at its former limits', () => {
    for (const wrapping of [
      `$pbkdf2-sha256$i=1000000,l=64$MDEyMzQ1Njc4OWFiY2RlZg`,
      `$scrypt$ln=16,r=8,p=4,l=32$MDEyMzQ1Njc4OWFiY2RlZg`,
      `$argon2id$v=19$m=65536,t=10,p=16,l=32$MDEyMzQ1Njc4OWFiY2RlZg`,
    ]) {
      expect(parseLegacyHashScheme(wrapping), wrapping).toBeDefined();
    }
  });

  it('computes the memory from the parameters', () => {
    const kib = (wrapping: string) =>
      memoryKiBOf(parseLegacyHashScheme(wrapping) as LegacyHashScheme);
    expect(kib('$scrypt$ln=17,r=8,p=1,l=32$MDEyMzQ1Njc4OWFiY2RlZg')).toBe(128 * 1024);
    expect(kib('$argon2id$v=19$m=102400,t=2,p=8,l=32$MDEyMzQ1Njc4OWFiY2RlZg')).toBe(102_400);
    expect(kib('$2b$05$CCCCCCCCCCCCCCCCCCCCC.')).toBe(0);
    expect(kib('$pbkdf2-sha1$i=1000,l=20$MDEyMzQ1Njc4OWFiY2RlZg')).toBe(0);
  });
});

describe('rejecting an imported hash', () => {
  const salt = 'MDEyMzQ1Njc4OWFiY2RlZg';
  const digest = 'yqSq2SygY1sB4EcH9f2FG0JTMES+wqLsOT5YmiRBplI';
  const bcrypt53 = 'CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';

  it.each([
    ['', 'unknown'],
    ['5f4dcc3b5aa765d61d8327deb882cf99', 'unknown'],
    ['$1$salt$digest', 'unknown'],
    ['$6$salt$digest', 'unknown'],
    ['{SSHA}MTIzNDU2Nzg5MDEyMzQ1Njc4OTBzYWx0', 'unknown'],
    [`bcrypt_sha256$$2b$05$${bcrypt53}`, 'unknown'],
    ['pbkdf2_sha256$1000$saltsalt', 'malformed'],
    [`pbkdf2_sha256$1000$salt$${digest}=`, 'malformed'],
    ['scrypt$1000$saltsalt$8$1$c2hvcnQ=', 'malformed'],
    ['scrypt$1024$saltsalt', 'malformed'],
    ['AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4A=', 'malformed'],
    ['AQAAAAIAAAAyAAAA/+Mwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw', 'malformed'],
    ['AQAAAAMAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw', 'malformed'],
    ['AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiH=', 'malformed'],
    ['AEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw', 'unknown'],
    [`$2x$05$${bcrypt53}`, 'unknown'],
    [`md5$2b$05$${bcrypt53}`, 'unknown'],
    [`sha1$argon2id$v=19$m=1024,t=2,p=1$${salt}$${digest}`, 'unknown'],
    [`$pbkdf2$1000$${salt}$${digest}`, 'unknown'],
    [`$argon2id$v=16$m=1024,t=2,p=1$${salt}$${digest}`, 'unknown'],
    [`$2b$05$${bcrypt53}x`, 'malformed'],
    [`$2b$5$${bcrypt53}`, 'malformed'],
    [`$2b$03$${bcrypt53}`, 'malformed'],
    [`$pbkdf2-sha256$1000$${salt}`, 'malformed'],
    [`$pbkdf2-sha256$1000$${salt}$${digest}$x`, 'malformed'],
    [`$pbkdf2-sha256$i=1000,i=1$${salt}$${digest}`, 'malformed'],
    [`$pbkdf2-sha256$i=1000,keyid=x$${salt}$${digest}`, 'malformed'],
    [`$pbkdf2-sha256$0$${salt}$${digest}`, 'malformed'],
    [`$pbkdf2-sha256$1000$c2FsdA$${digest}`, 'malformed'],
    [`$pbkdf2-sha256$1000$${salt}$c2hvcnQ`, 'malformed'],
    [`$pbkdf2-sha256$1000$${salt}$${digest}=`, 'malformed'],
    [`$argon2id$v=19$m=4,t=2,p=1$${salt}$${digest}`, 'malformed'],
    [`$scrypt$ln=16,r=1,p=1$${salt}$${digest}`, 'malformed'],
    [`$scrypt$ln=1=0,r=8,p=1$${salt}$${digest}`, 'malformed'],
  ])('rejects %s', (hash, problem) => {
    expect(parseImportedHash(hash)).toEqual({ problem });
  });

  it.each([
    ['bcrypt', '$2b$15$', `$2b$16$`, bcrypt53],
    ['PBKDF2', '$pbkdf2-sha256$2000000$', '$pbkdf2-sha256$2000001$', `${salt}$${digest}`],
    ['scrypt', '$scrypt$ln=17,r=8,p=2$', '$scrypt$ln=17,r=9,p=1$', `${salt}$${digest}`],
    [
      'scrypt, side by side',
      '$scrypt$ln=10,r=8,p=16$',
      '$scrypt$ln=10,r=8,p=17$',
      `${salt}$${digest}`,
    ],
    ['scrypt, by work', '$scrypt$ln=16,r=8,p=4$', '$scrypt$ln=16,r=8,p=5$', `${salt}$${digest}`],
    [
      'argon2, by work',
      '$argon2id$v=19$m=131072,t=5,p=4$',
      '$argon2id$v=19$m=131072,t=6,p=4$',
      `${salt}$${digest}`,
    ],
    [
      'argon2, by memory',
      '$argon2id$v=19$m=131072,t=3,p=4$',
      '$argon2id$v=19$m=131073,t=3,p=4$',
      `${salt}$${digest}`,
    ],
    [
      'argon2, by passes',
      '$argon2id$v=19$m=1024,t=10,p=4$',
      '$argon2id$v=19$m=1024,t=11,p=4$',
      `${salt}$${digest}`,
    ],
  ])('rejects what costs too much: %s, at the exact limit', (_name, dearest, tooDear, rest) => {
    expect(parseImportedHash(dearest + rest)).toHaveProperty('wrapping');
    expect(parseImportedHash(tooDear + rest)).toEqual({ problem: 'tooCostly' });
  });

  it('rejects a stored scheme in another spelling', () => {
    expect(parseLegacyHashScheme(`$scrypt$ln=10,r=8,p=1,l=32$${salt}`)).toBeDefined();
    for (const text of [
      `$scrypt$ln=10,r=8,p=1$${salt}`,
      `$scrypt$r=8,ln=10,p=1,l=32$${salt}`,
      `$scrypt$ln=10,r=8,p=1,l=32$${salt}$x`,
      '$2y$05$CCCCCCCCCCCCCCCCCCCCC.',
      'nothing',
    ]) {
      expect(parseLegacyHashScheme(text), text).toBeUndefined();
    }
  });
});
