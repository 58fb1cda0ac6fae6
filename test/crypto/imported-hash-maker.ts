import * as crypto from 'node:crypto';
import bcryptjs from 'bcryptjs';
import { parseImportedHash } from '../../shared/crypto/password/imported-hash.ts';
import type { ImportedHash } from '../../shared/port/hasher.ts';

/** Makes what other systems store of a password, as cheaply as is accepted. */

const SALT = Buffer.from('0123456789abcdef');
const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

const TEXTS: Readonly<Record<string, (password: string) => string>> = {
  bcrypt: (password) => bcryptjs.hashSync(password, 4),
  pbkdf2: (password) => {
    const digest = crypto.pbkdf2Sync(password, SALT, 10, 32, 'sha256');
    return `$pbkdf2-sha256$i=10$${base64(SALT)}$${base64(digest)}`;
  },
  scrypt: (password) => {
    const digest = crypto.scryptSync(password, SALT, 32, { N: 16, r: 1, p: 1 });
    return `$scrypt$ln=4,r=1,p=1$${base64(SALT)}$${base64(digest)}`;
  },
  argon2: (password) => {
    const settings = { memory: 8, passes: 1, parallelism: 1, tagLength: 32 };
    const options = { ...settings, message: password, nonce: SALT };
    const digest = Buffer.from(crypto.argon2Sync('argon2id', options));
    return `$argon2id$v=19$m=8,t=1,p=1$${base64(SALT)}$${base64(digest)}`;
  },
};

export const SCHEMES = Object.keys(TEXTS);

export function importedHashOf(scheme: string, password: string): ImportedHash {
  const hash = parseImportedHash(TEXTS[scheme]?.(password) ?? '');
  if ('problem' in hash) throw new Error(hash.problem);
  return hash;
}
