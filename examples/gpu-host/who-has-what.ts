import type { Runyard } from '@runyard/core';

/** One line for each run that is active: the devices that it holds, or what it waits for. */
export const whoHasWhat = async (runyard: Runyard): Promise<string[]> => {
  const { items } = await runyard.runs.list({ states: ['queued', 'starting', 'running'], descending: false });
  const runs = await Promise.all(items.map(({ id }) => runyard.runs.get(id)));
  return runs.map(({ id, jobName, attempts, sentence }, index) => {
    const held = attempts.at(-1)?.gpus.map(({ uuid, share }) => (share ? `${share.part} of ${uuid}` : uuid)) ?? [];
    const what = held.length > 0 ? held.join(', ') : (sentence ?? 'is about to be looked at');
    return `${index}  ${id.slice(0, 8)}  ${jobName.padEnd(5)}  ${what}`;
  });
};
