import { BlockList, isIP } from 'node:net';

/** Whether an address is not one of the public internet: this machine, its link, a private network, or reserved (IANA's special-purpose registries). */
export const isPrivate = (address: string): boolean => {
  const family = isIP(address);
  if (family === 0) return true;
  if (family === 4) return ranges.check(address, 'ipv4');
  // Without the zone, which names a link of this machine.
  const bare = address.replace(/%.*$/, '');
  // One that is mapped is looked up among those of IPv4.
  return ranges.check(bare, 'ipv6') || !(global.check(bare, 'ipv6') || mapped.check(bare, 'ipv6'));
};

const ranges = new BlockList();

// All that is given to the public internet. What stands outside for an IPv4 address, by a translator or a tunnel, may stand for a private one.
const global = new BlockList();
global.addSubnet('2000::', 3, 'ipv6');

const mapped = new BlockList();
mapped.addSubnet('::ffff:0:0', 96, 'ipv6');

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

// Within what is public. Tunnels lead to IPv4 addresses too.
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  ranges.addSubnet(net, bits, 'ipv6');
