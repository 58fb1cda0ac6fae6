import { describe, expect, it } from 'vitest';
import { parseUserName, type UserName } from '../../shared/credential/name.ts';
import {
  createPseudonyms,
  networkPseudonymUnder,
  pseudonymsUnder,
} from '../../shared/crypto/secret/pseudonym.ts';
import { clientNetwork } from '../../shared/http/client-network.ts';
import type { SecretVersion } from '../../shared/port/vault.ts';

/** Checks what stands for a name in the log. */

const pepper = (value: string): SecretVersion => ({ version: 'v1', value, createdAtMs: 0 });
const PEPPER = pepper('a pepper of the test and of no other use');
const named = (text: string) => parseUserName(text) as UserName;
const HOME = clientNetwork('203.0.113.9', 0);
const ANA = named('Ana@Contoso.example');

describe('the pseudonym of a user name', () => {
  it('is HKDF and HMAC-SHA-256 (answer computed by openssl)', () => {
    expect(pseudonymsUnder(PEPPER, ANA)).toEqual({
      namePseudonym: '773b8142b6d30438',
      tenantPseudonym: '86596c4681a5de77',
    });
  });

  it('is equal for every spelling of a name and differs for any other name', () => {
    const { namePseudonym } = pseudonymsUnder(PEPPER, ANA);
    const same = pseudonymsUnder(PEPPER, named('ANA@contoso.example'));
    expect(same.namePseudonym).toBe(namePseudonym);
    const others = ['anb@contoso.example', 'ana@contoso.test', 'ana.a@contoso.example'];
    const all = others.map((text) => pseudonymsUnder(PEPPER, named(text)).namePseudonym);
    expect(new Set([namePseudonym, ...all]).size).toBe(4);
  });

  it('includes one tenant pseudonym for all names of the tenant', () => {
    const tenantOf = (text: string) => pseudonymsUnder(PEPPER, named(text)).tenantPseudonym;
    expect(tenantOf('ben@contoso.example')).toBe(tenantOf('ana@contoso.example'));
    expect(tenantOf('ana@fabrikam.example')).not.toBe(tenantOf('ana@contoso.example'));
  });

  it('differs under another pepper, and the newest pepper is used', async () => {
    const other = pepper('another pepper of the test and no other use');
    const newest = { newest: async () => other };
    expect(await createPseudonyms(newest)(ANA, HOME)).toEqual({
      ...pseudonymsUnder(other, ANA),
      networkPseudonym: networkPseudonymUnder(other, HOME),
    });
    expect(pseudonymsUnder(other, ANA)).not.toEqual(pseudonymsUnder(PEPPER, ANA));
  });
});

describe('the pseudonym of a network', () => {
  const networkOf = (address: string, pepperOf = PEPPER) =>
    networkPseudonymUnder(pepperOf, clientNetwork(address, 0));

  it('is that of HKDF and HMAC-SHA-256 over the /24 (answer computed by openssl)', () => {
    expect(networkOf('203.0.113.9')).toBe('d55692068e328ec2');
  });

  it('is one for the addresses of an IPv4 /24 and of an IPv6 /48, and another beyond', () => {
    expect(networkOf('203.0.113.200')).toBe(networkOf('203.0.113.9'));
    expect(networkOf('203.0.112.9')).not.toBe(networkOf('203.0.113.9'));
    expect(networkOf('2001:db8:1:ff00::1')).toBe(networkOf('2001:db8:1::9'));
    expect(networkOf('2001:db8:2::9')).not.toBe(networkOf('2001:db8:1::9'));
  });

  it('is one for all callers without an address, and another under another pepper', () => {
    expect(networkOf('')).toBe(networkOf('not an address'));
    const other = pepper('another pepper of the test and no other use');
    expect(networkOf('203.0.113.9', other)).not.toBe(networkOf('203.0.113.9'));
  });
});
