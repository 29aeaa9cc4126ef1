import { isForsaken } from '../facts.ts';
import { narrowCapacity } from '../world.ts';
import { type Check, runOf } from './check.ts';

const cpuOf: Record<string, number> = { small: 0.5, medium: 1, large: 2, gpu: 0.2, gpus: 0.2, shared: 0.2 };

/** What runs at a place at once never asks for more than the place has (DESIGN 5). */
export const staysWithinCapacity: Check = (_, facts) => {
  const { executions, runs } = facts;
  // What was given up without a proof takes nothing of the place any more, as far as anybody knows.
  const here = executions.filter(({ engine, key }) => engine === 'narrow' && !isForsaken(facts, runOf(key)));
  return here.flatMap(({ key, from }) => {
    const together = here.filter((other) => other.from <= from && (other.to ?? Infinity) > from);
    const cpu = together.reduce((sum, other) => sum + (cpuOf[runs.get(runOf(other.key))?.run.size ?? ''] ?? 0), 0);
    return cpu > narrowCapacity.cpu + 1e-9 ? [`${cpu} cpu were in use at narrow when ${key} began`] : [];
  });
};

/**
 * No two attempts are on one GPU at once, unless each asked for a share of it and those are no more than one. That holds as well for what
 * was given up without a proof: it may run on it still.
 */
export const sharesNoGpuUnasked: Check = (_, { executions, runs }) => {
  const part = (key: string): number => (runs.get(runOf(key))?.run.size === 'shared' ? 0.4 : 1);
  const onGpus = executions.filter(({ engine, gpus }) => engine === 'narrow' && gpus.length > 0);
  return onGpus.flatMap(({ key, from, gpus }) =>
    gpus.flatMap((uuid) => {
      const users = onGpus.filter((o) => o.gpus.includes(uuid) && o.from <= from && (o.to ?? Infinity) > from);
      const sum = users.reduce((total, one) => total + part(one.key), 0);
      return sum > 1 + 1e-9
        ? [`${uuid} was used by ${users.map((one) => one.key).join(' and ')} when ${key} began`]
        : [];
    }),
  );
};

/** What asks for GPUs sees exactly as many of them. */
export const givesTheGpusAskedFor: Check = (_, { executions, runs }) =>
  executions.flatMap(({ engine, key, gpus }) => {
    const asked = { gpu: 1, gpus: 2, shared: 1 }[runs.get(runOf(key))?.run.size ?? ''] ?? 0;
    return engine === 'narrow' && gpus.length !== asked
      ? [`${key} asked for ${asked} GPUs and saw ${gpus.length}`]
      : [];
  });
