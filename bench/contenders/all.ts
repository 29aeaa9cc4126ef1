import type { Contender } from './contender.ts';

/** Loaded only where it is used: each process measures one. */
export const contenders: Readonly<Record<string, () => Promise<Contender>>> = {
  'runyard-sqlite': async () => (await import('./runyard-sqlite.ts')).runyardSqlite,
  'floor-sqlite': async () => (await import('./floor-sqlite.ts')).floorSqlite,
  'runyard-postgres': async () => (await import('./runyard-postgres.ts')).runyardPostgres,
  'floor-postgres': async () => (await import('./floor-postgres.ts')).floorPostgres,
  'graphile-worker': async () => (await import('./graphile-worker.ts')).graphileAlone,
  'graphile-worker-accepting': async () => (await import('./graphile-worker.ts')).graphileAccepting,
  'graphile-worker-queue': async () => (await import('./graphile-worker.ts')).graphileQueue,
  'pg-boss': async () => (await import('./pg-boss.ts')).pgBoss,
  agenda: async () => (await import('./agenda.ts')).agenda,
  bullmq: async () => (await import('./bullmq.ts')).bullmq,
};
