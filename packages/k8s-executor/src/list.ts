import type { Listed } from '@runyard/core';
import { freshViews } from './fresh.ts';
import type { Ground } from './ground.ts';
import { handleFrom } from './handle.ts';
import { lookAt } from './outcome/look-at.ts';
import { stateOf } from './outcome/state-of.ts';

/** Every Job of an installation in this namespace. */
export async function* listAttempts(
  ground: Ground,
  { installation, place }: { installation: string; place: string },
  signal: AbortSignal,
): AsyncIterable<Listed> {
  for (const { job, view } of await freshViews(ground, installation, signal)) {
    const handle = handleFrom(job, place);
    if (!handle) continue;
    const look = lookAt(view, { now: ground.host.clock.now(), stopping: ground.stopping.has(handle.uid) });
    const createdAt = Date.parse(job.metadata.creationTimestamp);
    yield { key: handle.key, handle, state: stateOf(look), createdAt };
  }
}
