import { BlockList, isIP } from 'node:net';

/** Whether an address is not one of the public internet: this machine, its link, a private network, or reserved (IANA's special-purpose registries). */
export const isPrivate = (address: string): boolean => {
  const family = isIP(address);
  // Without the zone, which names a link of this machine.
  if (family === 0) return true;
  return ranges.check(address.replace(/%.*$/, ''), family === 6 ? 'ipv6' : 'ipv4');
};

const ranges = new BlockList();

for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  ranges.addSubnet(net, bits, 'ipv4');

// Those that stand for an IPv4 address by a translator or a tunnel too: it may be a private one.
for (const [net, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  ranges.addSubnet(net, bits, 'ipv6');
