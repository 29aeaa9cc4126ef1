import { isRunyardError } from '../../domain/errors.ts';
import type { Finding } from '../../domain/job/finding.ts';
import type { JobSpec } from '../../domain/job/job.ts';
import { isAttemptFailed } from '../../domain/run/launch-errors.ts';
import type { EngineContext } from '../../engine/context.ts';
import { notAsked } from './not-asked.ts';

/** What the job's executor can tell before anything runs, and whether its size fits there at all. */
export const executorFindings = async (
  { executors, sizes }: EngineContext,
  spec: JobSpec,
  signal: AbortSignal,
): Promise<Finding[]> => {
  const executor = executors.get(spec.executor);
  const size = sizes[spec.size];
  if (!executor || !size) return [];
  const [own, fit] = await Promise.all([
    asked(async () => (await executor.check?.(executor.parseSpec(spec), spec, signal)) ?? []),
    asked(async () => {
      const there = await executor.capacity?.(signal);
      if (
        !there ||
        (size.cpu <= there.cpu && size.memoryBytes <= there.memoryBytes && (size.gpu?.count ?? 0) <= there.gpus.length)
      )
        return [];
      return [
        {
          code: 'size-too-large' as const,
          severity: 'error' as const,
          sentence: `The size '${spec.size}' is larger than all that the executor '${spec.executor}' has here (${there.cpu} cpu, ${Math.round(there.memoryBytes / 2 ** 20)} MiB, ${there.gpus.length} GPUs): its runs would wait for ever. Take a smaller size, or another executor.`,
          field: 'size',
        },
      ];
    }),
  ]);
  return [...own, ...fit];
};

const asked = async (ask: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> => {
  try {
    return await ask();
  } catch (error) {
    if (isAttemptFailed(error) || isRunyardError(error)) return [notAsked(error.message, 'executor')];
    throw error;
  }
};
