import type { Contender } from '../contender.ts';

/** Loaded one by one, so that a process holds the packages of its own library only. */
export const libraries: Readonly<Record<string, () => Promise<Contender>>> = {
  runyard: async () => (await import('./runyard.ts')).runyard,
  bullmq: async () => (await import('./bullmq.ts')).bullmq,
  'graphile-worker': async () => (await import('./graphile-worker.ts')).graphileWorker,
  'pg-boss': async () => (await import('./pg-boss.ts')).pgBoss,
  agenda: async () => (await import('./agenda.ts')).agenda,
  cron: async () => (await import('./cron.ts')).cron,
  croner: async () => (await import('./croner.ts')).croner,
  heap: async () => (await import('./heap.ts')).heap,
};
