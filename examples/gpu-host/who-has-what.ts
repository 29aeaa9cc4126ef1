import type { Run, RunView, Runyard } from '@runyard/core';

/** One line for each run that is active: the devices that it holds, or what it waits for. */
export const whoHasWhat = async (runyard: Runyard): Promise<string[]> =>
  (await activeRuns(runyard)).map(({ id, jobName, attempts, sentence }, index) => {
    const held = attempts.at(-1)?.gpus.map(({ uuid, share }) => (share ? `${share.part} of ${uuid}` : uuid)) ?? [];
    const what = held.length > 0 ? held.join(', ') : (sentence ?? 'is about to be looked at');
    return `${index}  ${id.slice(0, 8)}  ${jobName.padEnd(5)}  ${what}`;
  });

// Each is read for itself, and a device may go from one to the next meanwhile: what is told is of a moment in which nothing changed.
const activeRuns = async (runyard: Runyard): Promise<RunView[]> => {
  for (let before = await listed(runyard); ; ) {
    const runs = await Promise.all(before.map(({ id }) => runyard.runs.get(id)));
    const after = await listed(runyard);
    if (JSON.stringify(after) === JSON.stringify(before)) return runs;
    before = after;
  }
};

const listed = async (runyard: Runyard): Promise<Run[]> =>
  (await runyard.runs.list({ states: ['queued', 'starting', 'running'], descending: false })).items;
