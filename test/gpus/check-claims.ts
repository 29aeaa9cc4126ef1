import type { Claim } from './claiming-job.ts';

export interface Device {
  node: string;
  memoryBytes: number;
}

/** What is wrong in the order in which jobs began and ended on their devices: nobody shares what another has alone, nor more than there is. */
export const checkClaims = (claims: readonly Claim[], devices: readonly Device[]): string[] => {
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
      const others = users.get(node);
      if (!others) wrong.push(`${claim.key} saw ${node}, which is no device to be leased`);
      else
        wrong.push(
          ...together(
            [...others, claim],
            devices.find((device) => device.node === node),
          ),
        );
      others?.push(claim);
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
