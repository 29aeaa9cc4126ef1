import { isTerminal } from '../../domain/run/run.ts';
import type { Store } from '../../ports/store.ts';
import type { Scope } from '../authorize.ts';
import type { Principal } from '../principal.ts';
import { groupIdOf, userIdOf } from './data.ts';

const granted: readonly Scope[] = ['jobs:read', 'jobs:start'];

/**
 * Whom a run's own token stands for: the owner of its job as of when it was started, narrowed to that job. Null: the run is over, or was
 * never there.
 */
export const principalOfRun = async (store: Store, runId: string): Promise<Principal | null> => {
  const run = await store.run(runId);
  const job = run && !isTerminal(run.state) ? await store.jobAt(run.jobId, run.revision) : null;
  if (!job) return null;
  const { owner, name } = job.spec;
  const narrowed = { name: `a run of '${name}'`, scopes: [...granted], job: job.id, token: `run:${runId}` };
  if (owner.startsWith('group:')) return { kind: 'token', id: runId, groups: [groupIdOf(owner)], ...narrowed };
  return { kind: 'token', id: userIdOf(owner), ...narrowed };
};
