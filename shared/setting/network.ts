import { BlockList, isIP } from 'node:net';

/**
 * The addresses that no setting may lead to: those of no single host, and link-local ones, where
 * clouds answer with their secrets (169.254.169.254, and 168.63.129.16 in Azure). Private ones an
 * operator may name. The list sees an IPv4 address in IPv6 (`::ffff:0:0/96`); NAT64, 6to4 and the
 * old compatible form stand here, since each leads to an IPv4 address that would have to be judged.
 */
const FORBIDDEN = new BlockList();
for (const [address, prefix] of [
  ['0.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
] as const) {
  FORBIDDEN.addSubnet(address, prefix, 'ipv4');
}
for (const [address, prefix] of [
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  FORBIDDEN.addSubnet(address, prefix, 'ipv6');
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** The old compatible form of IPv4 in IPv6 (RFC 4291 section 2.5.5.1), but `::1`. */
const COMPATIBLE = new BlockList();
COMPATIBLE.addSubnet('::', 96, 'ipv6');

const isIn = (list: BlockList, address: string) =>
  list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Judges if an address is of this machine. */
export const isLoopbackAddress = (address: string) => isIP(address) > 0 && isIn(LOOPBACK, address);

/** Judges if nothing may be sent to an address. A text that is not an address is forbidden. */
export function isForbiddenAddress(address: string): boolean {
  if (isIP(address) === 0) return true;
  if (isLoopbackAddress(address)) return false;
  const isCompatible = isIP(address) === 6 && isIn(COMPATIBLE, address);
  return isCompatible || isIn(FORBIDDEN, address);
}
