import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { ClientNetwork } from '../port/hasher.ts';

/** The network of callers that cannot be distinguished. */
const UNKNOWN: ClientNetwork = ['unknown'];

/** The range of RFC 4291 section 2.5.5.2: IPv4 seen through an IPv6 socket. */
const MAPPED_IPV4 = new BlockList();
MAPPED_IPV4.addSubnet('::ffff:0:0', 96, 'ipv6');

/** Returns the eight groups of an address that `isIPv6` accepted. */
function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = address.split('::');
  const parse = (text: string) => (text === '' ? [] : text.split(':'));
  const [front, back] = [parse(head), parse(tail ?? '')];
  const zeros = tail === undefined ? 0 : 8 - front.length - back.length;
  const groups = [...front, ...Array.from({ length: zeros }, () => '0'), ...back];
  return groups.map((group) => Number.parseInt(group, 16));
}

/**
 * Returns the networks: a /16 is the most that one customer commonly has, a /24 the least that is
 * announced.
 */
function networkOfIPv4(address: string): ClientNetwork {
  const [first, second, third] = address.split('.');
  return [`${first}.${second}.0.0/16`, `${first}.${second}.${third}.0/24`];
}

/**
 * Returns the networks by RIPE-690 section 4.2 and RFC 6177: a home has a /56, a site a /48; the
 * least that a registry assigns to a provider is a /32.
 */
function networkOfIPv6(address: string): ClientNetwork {
  // The URL parser writes an address in its one canonical form, without a dotted end.
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const groups = groupsOf(canonical);
  if (MAPPED_IPV4.check(canonical, 'ipv6')) {
    const [high = 0, low = 0] = groups.slice(6);
    return networkOfIPv4([high >> 8, high & 255, low >> 8, low & 255].join('.'));
  }
  const [first = 0, second = 0, third = 0, fourth = 0] = groups;
  const prefix = [first, second, third, fourth & 0xff00].map((group) => group.toString(16));
  const network = (length: number) => `${prefix.slice(0, Math.ceil(length / 16)).join(':')}::`;
  return [32, 48, 56].map((length) => `${network(length)}/${length}`);
}

/**
 * Reads the network of the caller from `X-Forwarded-For`. Every proxy appends the address that it
 * saw, and a caller can write entries too. So entries are counted from the end: the platform's own,
 * and before it one for each of `trustedProxyHops`. Entries before those are never trusted, and a
 * caller with too few entries is of the unknown network. An entry may carry a port.
 */
export function clientNetwork(
  forwardedFor: string | null,
  trustedProxyHops: number,
): ClientNetwork {
  const entry =
    forwardedFor
      ?.split(',')
      .at(-1 - trustedProxyHops)
      ?.trim() ?? '';
  const bracketed = /^\[([^\]%]+)(?:%[^\]]*)?\](?::\d+)?$/.exec(entry)?.[1];
  const withoutPort = /^([\d.]+):\d+$/.exec(entry)?.[1];
  const address = bracketed ?? withoutPort ?? entry;
  if (isIPv4(address)) return networkOfIPv4(address);
  if (isIPv6(address) && !address.includes('%')) return networkOfIPv6(address);
  return UNKNOWN;
}
