import { isRunyardError, type Runyard } from '@runyard/core';

/** Removes what was once applied when the last `@Job` is gone: `jobs.apply` prunes among the owners of what it is given, and here is nothing to give. */
export const pruneAll = async (runyard: Runyard): Promise<void> => {
  let after: string | undefined;
  do {
    const page = await runyard.jobs.list({ owner: 'user:system', ...(after !== undefined && { after }) });
    for (const { id, applied } of page.items) if (applied) await remove(runyard, id);
    after = page.next;
  } while (after !== undefined);
};

// Other instances may be doing the same.
const remove = (runyard: Runyard, id: string): Promise<void> =>
  runyard.jobs.remove(id, { allowActive: true }).catch((error: unknown) => {
    if (!isRunyardError(error) || error.code !== 'job-not-found') throw error;
  });
