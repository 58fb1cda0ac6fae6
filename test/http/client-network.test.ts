import azureFunctions from '@azure/functions';
import { expect, it } from 'vitest';
import { clientNetwork } from '../../shared/http/client-network.ts';
import type { Services } from '../../shared/http/endpoint.ts';
import { createCallLog } from '../../shared/http/log.ts';
import { RequestPipeline } from '../../shared/http/request-pipeline.ts';

const IPV4 = ['203.0.0.0/16', '203.0.113.0/24'];
const IPV6 = ['2001:db8::/32', '2001:db8:1::/48', '2001:db8:1:2300::/56'];

it.each([
  ['203.0.113.9', IPV4],
  ['203.0.113.9:51234', IPV4],
  ['2001:db8:1:2345:6::7', IPV6],
  ['[2001:db8:1:2345::1]:443', IPV6],
  ['[2001:db8:1:2345::1]', IPV6],
  ['2001:DB8:0001:23ff:ffff:ffff:ffff:ffff', IPV6],
  ['::1', ['0:0::/32', '0:0:0::/48', '0:0:0:0::/56']],
  ['::ffff:203.0.113.9', IPV4],
  ['::ffff:cb00:7109', IPV4],
])('maps %s to its networks, the largest first', (entry, networks) => {
  expect(clientNetwork(entry, 0)).toEqual(networks);
});

it('separates neighbours in different networks', () => {
  const innermost = (entry: string) => clientNetwork(entry, 0).at(-1);
  expect(innermost('203.0.113.255')).not.toBe(innermost('203.0.114.0'));
  expect(innermost('2001:db8:1:23ff::1')).not.toBe(innermost('2001:db8:1:2400::1'));
});

it('trusts only the last entry, which the platform wrote', () => {
  expect(clientNetwork('198.51.100.1, 192.0.2.7:1234', 0).at(-1)).toBe('192.0.2.0/24');
  expect(clientNetwork('192.0.2.7:1234, 198.51.100.1', 0).at(-1)).toBe('198.51.100.0/24');
});

it.each([null, '', 'unknown', '203.0.113', '[::1', 'fe80::1%eth0', '203.0.113.9, '])(
  'maps an unknown address to one network: %j',
  (entry) => {
    expect(clientNetwork(entry, 0)).toEqual(['unknown']);
  },
);

it.each([
  // By the caller, by Front Door, by the platform.
  [1, '198.51.100.9, 203.0.113.9, 192.0.2.7:1234', '203.0.113.0/24'],
  [1, '203.0.113.9,192.0.2.7:1234', '203.0.113.0/24'],
  [2, '198.51.100.9, 203.0.113.9, 192.0.2.7, 192.0.2.8:1234', '203.0.113.0/24'],
  // A caller that came past the proxies has too few entries, and its own are not trusted.
  [1, '192.0.2.7:1234', 'unknown'],
  [2, '203.0.113.9, 192.0.2.7:1234', 'unknown'],
  [1, null, 'unknown'],
])('maps with %i trusted proxies %j to %s', (hops, entry, network) => {
  expect(clientNetwork(entry, hops).at(-1)).toBe(network);
});

const { HttpRequest } = azureFunctions;
const silent = createCallLog({ info() {}, warn() {}, error() {} });

/** Returns the network that operations get for a call with three entries, nearest last. */
function networkOf(loaded: ConstructorParameters<typeof RequestPipeline>[1]): string | undefined {
  const headers = { 'x-forwarded-for': '198.51.100.9, 203.0.113.9, 192.0.2.7:1234' };
  const request = new HttpRequest({ method: 'GET', url: 'https://portal.example/', headers });
  return new RequestPipeline(request, loaded, 'request-1', silent).context.network?.at(-1);
}

it('reads TRUSTED_PROXY_HOPS entries, and the last with invalid settings', () => {
  const services = (trustedProxyHops: number) => ({ trustedProxyHops }) as Services;
  expect(networkOf({ services: services(0) })).toBe('192.0.2.0/24');
  expect(networkOf({ services: services(1) })).toBe('203.0.113.0/24');
  expect(networkOf({ fault: new Error('a setting') })).toBe('192.0.2.0/24');
});
