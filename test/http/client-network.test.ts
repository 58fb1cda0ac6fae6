import azureFunctions from '@azure/functions';
import { expect, it } from 'vitest';
import { clientNetwork } from '../../shared/http/client-network.ts';
import type { Wiring } from '../../shared/http/endpoint.ts';
import { Exchange } from '../../shared/http/exchange.ts';
import { createCallLog } from '../../shared/http/log.ts';

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
  expect(clientNetwork(entry, 0)).toBe(network);
});

it('tells neighbours of the next network apart', () => {
  expect(clientNetwork('203.0.113.255', 0)).not.toBe(clientNetwork('203.0.114.0', 0));
  expect(clientNetwork('2001:db8:1:23ff::1', 0)).not.toBe(clientNetwork('2001:db8:1:2400::1', 0));
});

it('believes only the last entry, which the platform wrote', () => {
  expect(clientNetwork('198.51.100.1, 192.0.2.7:1234', 0)).toBe('192.0.2.0/24');
  expect(clientNetwork('192.0.2.7:1234, 198.51.100.1', 0)).toBe('198.51.100.0/24');
});

it.each([null, '', 'unknown', '203.0.113', '[::1', 'fe80::1%eth0', '203.0.113.9, '])(
  'puts whom it cannot tell into one network: %j',
  (entry) => {
    expect(clientNetwork(entry, 0)).toBe('unknown');
  },
);

it.each([
  // By the caller, by Front Door, by the platform.
  [1, '198.51.100.9, 203.0.113.9, 192.0.2.7:1234', '203.0.113.0/24'],
  [1, '203.0.113.9,192.0.2.7:1234', '203.0.113.0/24'],
  [2, '198.51.100.9, 203.0.113.9, 192.0.2.7, 192.0.2.8:1234', '203.0.113.0/24'],
  // A caller that came past the proxies has too few entries, and none of its own is believed.
  [1, '192.0.2.7:1234', 'unknown'],
  [2, '203.0.113.9, 192.0.2.7:1234', 'unknown'],
  [1, null, 'unknown'],
])('with %i trusted proxies takes %j to %s', (hops, entry, network) => {
  expect(clientNetwork(entry, hops)).toBe(network);
});

const { HttpRequest } = azureFunctions;
const silent = createCallLog({ info() {}, warn() {}, error() {} });

/** The network that operations are told of a call with three entries, nearest last. */
function networkOf(wired: ConstructorParameters<typeof Exchange>[1]): string | undefined {
  const headers = { 'x-forwarded-for': '198.51.100.9, 203.0.113.9, 192.0.2.7:1234' };
  const request = new HttpRequest({ method: 'GET', url: 'https://portal.example/', headers });
  return new Exchange(request, wired, 'request-1', silent).occasion.network;
}

it('is read as TRUSTED_PROXY_HOPS says, and by the last entry while settings are wrong', () => {
  const wiring = (trustedProxyHops: number) => ({ trustedProxyHops }) as Wiring;
  expect(networkOf({ wiring: wiring(0) })).toBe('192.0.2.0/24');
  expect(networkOf({ wiring: wiring(1) })).toBe('203.0.113.0/24');
  expect(networkOf({ fault: new Error('a setting') })).toBe('192.0.2.0/24');
});
