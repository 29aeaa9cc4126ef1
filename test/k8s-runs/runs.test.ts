import { describe } from 'vitest';
import { dockerRuns } from '../engines/use-docker.ts';
import { apiAway } from './rules/api-away.ts';
import { limits } from './rules/limits.ts';
import { namespaces } from './rules/namespaces.ts';
import { policies } from './rules/policies.ts';
import { retries } from './rules/retries.ts';
import { secrets } from './rules/secrets.ts';
import { sweeper } from './rules/sweeper.ts';
import { useRuns } from './support/use-runs.ts';

// Of one engine and one cluster, since it takes longer to make them than to run most of these.
describe.skipIf(!dockerRuns)('runs on a cluster', () => {
  const runs = useRuns();
  policies(runs);
  limits(runs);
  retries(runs);
  secrets(runs);
  sweeper(runs);
  namespaces(runs);
  apiAway(runs);
});
