import { expect, it } from 'vitest';
import { clientNetwork } from '../../shared/http/client-network.ts';

it.each([
  ['203.0.113.9', '203.0.113.0/24'],
  ['203.0.113.9:51234', '203.0.113.0/24'],
  ['2001:db8:1:2345:6::7', '2001:db8:1:2300::/56'],
  ['[2001:db8:1:2345::1]:443', '2001:db8:1:2300::/56'],
  ['[2001:db8:1:2345::1]', '2001:db8:1:2300::/56'],
  ['2001:DB8:0001:23ff:ffff:ffff:ffff:ffff', '2001:db8:1:2300::/56'],
  ['::1', '0:0:0:0::/56'],
  ['::ffff:203.0.113.9', '203.0.113.0/24'],
  ['::ffff:cb00:7109', '203.0.113.0/24'],
])('takes %s to its network', (entry, network) => {
  expect(clientNetwork(entry)).toBe(network);
});

it('tells neighbours of the next network apart', () => {
  expect(clientNetwork('203.0.113.255')).not.toBe(clientNetwork('203.0.114.0'));
  expect(clientNetwork('2001:db8:1:23ff::1')).not.toBe(clientNetwork('2001:db8:1:2400::1'));
});

it('believes only the last entry, which the platform wrote', () => {
  expect(clientNetwork('198.51.100.1, 192.0.2.7:1234')).toBe('192.0.2.0/24');
  expect(clientNetwork('192.0.2.7:1234, 198.51.100.1')).toBe('198.51.100.0/24');
});

it.each([null, '', 'unknown', '203.0.113', '[::1', 'fe80::1%eth0', '203.0.113.9, '])(
  'puts whom it cannot tell into one network: %j',
  (entry) => {
    expect(clientNetwork(entry)).toBe('unknown');
  },
);
