import { setTimeout as sleep } from 'node:timers/promises';

/** Looks until it is so; gives up after a time that is enough for anything. */
export const until = async (isSo: () => Promise<boolean>, what: string): Promise<void> => {
  const patience = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > patience) throw new Error(`Waited in vain for ${what}.`);
    await sleep(20);
  }
};
