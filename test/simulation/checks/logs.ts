import { behaviourOf } from '../behaviours.ts';
import { type Check, runOf } from './check.ts';
import { isForgotten } from './retention.ts';

/** Logs are whole after any number of adoptions: each line that was printed is there once, in order (DESIGN 10). */
export const keepsLogsWhole: Check = async ({ seed, logStore, profile }, { executions, runs }) => {
  // A process that stood still may write beside the one that adopted its runs; that is for stores that are shared by hosts.
  if (profile.freezes) return [];
  const found: string[] = [];
  for (const { key, from, to, engine } of executions) {
    const { output = [], vanishesAfterMs } = behaviourOf(seed, key);
    if (engine === 'mortal' || to === null || vanishesAfterMs !== undefined) continue;
    if (isForgotten(runs.get(runOf(key)))) continue;
    const printed = output.flatMap((line) =>
      typeof line !== 'string' && from + line.atMs <= to ? [`${line.text}\n`] : [],
    );
    const logged: string[] = [];
    for await (const { stream, text } of logStore.read(key, { signal: new AbortController().signal }))
      if (stream !== 'phase') logged.push(text);
    if (logged.join('') !== printed.join(''))
      found.push(`the log of ${key} is ${JSON.stringify(logged)}, not ${JSON.stringify(printed)}`);
    if (!(await logStore.sealed(key))) found.push(`the log of ${key} was never sealed`);
  }
  return found;
};
