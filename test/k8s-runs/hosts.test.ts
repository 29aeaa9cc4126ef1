import { describe } from 'vitest';
import { dockerRuns } from '../engines/use-docker.ts';
import { killedHost } from './rules/killed-host.ts';
import { points } from './rules/points.ts';
import { useRuns } from './support/use-runs.ts';

describe.skipIf(!dockerRuns)('hosts that die while their jobs run on a cluster', () => {
  const runs = useRuns();
  killedHost(runs);
  points(runs);
});
