import { isForsaken } from '../facts.ts';
import { narrowCapacity } from '../world.ts';
import { type Check, runOf } from './check.ts';

const cpuOf: Record<string, number> = { small: 0.5, medium: 1, large: 2 };

/** What runs at a place at once never asks for more than the place has (DESIGN 5). */
export const staysWithinCapacity: Check = (_, facts) => {
  const { executions, runs } = facts;
  // What was given up without a proof takes nothing of the place any more, as far as anybody knows.
  const here = executions.filter(({ engine, key }) => engine === 'narrow' && !isForsaken(facts, runOf(key)));
  return here.flatMap(({ key, from }) => {
    const together = here.filter((other) => other.from <= from && (other.to ?? Infinity) > from);
    const cpu = together.reduce((sum, other) => sum + (cpuOf[runs.get(runOf(other.key))?.run.size ?? ''] ?? 0), 0);
    return cpu > narrowCapacity.cpu ? [`${cpu} cpu were in use at narrow when ${key} began`] : [];
  });
};
