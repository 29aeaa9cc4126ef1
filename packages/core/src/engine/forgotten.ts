import { attend } from './attend.ts';
import type { EngineContext } from './context.ts';
import { diedWithItsProcess } from './place-of.ts';
import { readLeased } from './read-leased.ts';
import { lostWithItsProcess } from './recover.ts';

/**
 * Takes up runs that are leased to us and that nobody here looks after: a commit that admits or adopts was written, and its
 * answer was lost; or a guard did not hold for another reason than that the lease was lost.
 */
export const attendForgotten = async (context: EngineContext): Promise<void> => {
  const { lease, store, instance, holdings } = context;
  if (!lease.uncertain) return;
  lease.uncertain = false;
  try {
    for (const { run } of await store.leasedTo(instance)) {
      if (isCaredFor(context, run.id)) continue;
      // It may have ended, or been taken up, since it was read.
      const leased = await readLeased(context, run.id);
      if (!leased || isCaredFor(context, run.id) || holdings.closing.signal.aborted) continue;
      const lost = diedWithItsProcess(context, leased.attempt);
      attend(context, { ...leased, ...(lost && { outcome: lostWithItsProcess }) });
    }
  } catch (error) {
    lease.uncertain = true;
    throw error;
  }
};

const isCaredFor = ({ holdings }: EngineContext, id: string): boolean =>
  holdings.runs.has(id) || holdings.adopting.has(id);
