/** Looks until it is so. Gives up, with what was waited for, when it is not so in a time that is enough for anything. */
export const until = async (isSo: () => Promise<boolean>, what: string, signal?: AbortSignal): Promise<void> => {
  const patience = performance.now() + patienceMs;
  while (!(await isSo())) {
    signal?.throwIfAborted();
    if (performance.now() > patience) throw new Error(`Waited ${patienceMs} ms in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const patienceMs = 20_000;
