import type { Run } from '@runyard/core';
import { isSo, NotAsTold } from '../stage/as-told.ts';
import type { Stage } from '../stage/stage.ts';
import { chapter, tell } from '../stage/tell.ts';

/** The schedule is switched on, and fires. */
export const firstNight = async (stage: Stage, jobId: string): Promise<void> => {
  chapter('7. It runs on its schedule');
  await stage.bob.asks('POST', `/jobs/${jobId}/schedule`, { show: ({ next_run_at }) => `due ${next_run_at}` });
  await night(stage, jobId);
};

/** It fires without Ann. */
export const nextNight = async (stage: Stage, jobId: string): Promise<void> => {
  chapter('9. The next night, without Ann');
  await night(stage, jobId);
  await stage.bob.types(`runyard runs --job ${jobId}`, { told: [/succeeded.*schedule.*\n.*succeeded.*schedule/] });
  const published = stage.registry.published.join();
  isSo(published === 'ann,ann,ann,research,research', 'both nights were published by the group');
};

// Only the clock of the service is put forward, so that nobody has to wait.
const night = async ({ service: { runyard, clock }, bob }: Stage, jobId: string): Promise<void> => {
  const { nextFireAt } = await runyard.jobs.get(jobId);
  if (nextFireAt === null) throw new NotAsTold('It is never due.');
  tell(`(The clock of the service is put forward to half a second before ${new Date(nextFireAt).toISOString()}.)`);
  const ended = new Promise<Run>((resolve, reject) => {
    for (const event of ['run.succeeded', 'run.failed'] as const) runyard.once(event, ({ run }) => resolve(run));
    setTimeout(() => reject(new NotAsTold('No run has ended within a minute.')), 60_000).unref();
  });
  clock.letPass(nextFireAt - clock.now() - 500);
  const { id, trigger } = await ended;
  isSo(trigger === 'schedule', 'its schedule has started the run');
  await bob.types(`runyard logs ${id}`, { told: ['published with the token ***, as research'] });
};
