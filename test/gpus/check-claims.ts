import type { Claim } from './claiming-job.ts';

export interface Device {
  node: string;
  memoryBytes: number;
}

/**
 * What is wrong in the order in which jobs began and ended on their devices: nobody shares what another has alone, nor more
 * of it, or of its memory, than there is.
 */
export const checkClaims = (
  claims: readonly Claim[],
  devices: readonly Device[],
  /** What part of a device the job of that key asked for; 1: all of it. */
  partOf: (key: string) => number,
): string[] => {
  const users = new Map<string, Claim[]>(devices.map(({ node }) => [node, []]));
  const wrong: string[] = [];
  for (const claim of claims) {
    if (claim.what === 'violation') wrong.push(`${claim.key} found ${claim.devices.join()} claimed`);
    if (claim.what === 'end')
      for (const [node, all] of users)
        users.set(
          node,
          all.filter(({ key }) => key !== claim.key),
        );
    if (claim.what !== 'begin') continue;
    for (const node of claim.devices) {
      const all = users.get(node);
      if (!all) wrong.push(`${claim.key} saw ${node}, which is no device to be leased`);
      all?.push(claim);
      const device = devices.find((one) => one.node === node);
      wrong.push(...together(all ?? [], device), ...tooMany(all ?? [], node, partOf));
    }
  }
  return wrong;
};

const together = (all: readonly Claim[], device: Device | undefined): string[] => {
  const keys = all.map(({ key }) => key).join(' and ');
  if (all.length > 1 && all.some(({ shareBytes }) => shareBytes === null))
    return [`${keys} had ${device?.node} at once`];
  const bytes = all.reduce((sum, { shareBytes }) => sum + (shareBytes ?? 0), 0);
  return device && bytes > device.memoryBytes ? [`${keys} had more memory of ${device.node} than it has`] : [];
};

// Parts are tenths: ten of them are one, whatever floating point makes of that.
const tooMany = (all: readonly Claim[], node: string, partOf: (key: string) => number): string[] => {
  const parts = all.reduce((sum, { key }) => sum + partOf(key), 0);
  return parts > 1 + 1e-9 ? [`${all.map(({ key }) => key).join(' and ')} had ${parts} of ${node}`] : [];
};
