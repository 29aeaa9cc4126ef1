import { setTimeout as sleep } from 'node:timers/promises';
import { isReal } from './cluster/is-real.ts';

/** Looks until it is so; gives up after a time that is enough for anything. */
export const until = async (isSo: () => Promise<boolean>, what: string): Promise<void> => {
  const patience = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > patience) throw new Error(`Waited in vain for ${what}.`);
    await sleep(20);
  }
};

const patienceMs = isReal ? 180_000 : 20_000;
