import { isTerminal, type Run } from '../../domain/run/run.ts';
import type { Emitter } from '../../engine/emitter.ts';
import type { AttemptEvent, RunEvent, RunyardEvents } from '../../ports/events.ts';
import { pressureReasons } from './levels.ts';
import type { Tally } from './tally.ts';

/** Counts what the events tell. Cheap: it is called for everything that happens. */
export const tallyEvents = (tally: Tally, emitter: Pick<Emitter, 'on'>): void => {
  for (const trigger of ['schedule', 'api', 'manual']) tally.count('runyard_runs_accepted_total', { trigger }, 0);
  for (const name of endings) emitter.on(name, ({ run }) => ended(tally, run));
  emitter.on('run.skipped', ({ run: { trigger } }) => tally.count('runyard_runs_accepted_total', { trigger }));
  emitter.on('run.queued', ({ run: { attempt, trigger, executor } }) => {
    if (attempt === 0) tally.count('runyard_runs_accepted_total', { trigger });
    else tally.count('runyard_runs_retried_total', { executor });
  });
  emitter.on('run.starting', (event) => admitted(tally, event));
  emitter.on('attempt.started', (event) => launched(tally, event));
  emitter.on('attempt.ended', ({ run: { executor }, attempt: { outcome } }) => {
    if (outcome) tally.count('runyard_attempts_ended_total', { executor, class: outcome.class });
  });
  emitter.on('occurrence.recorded', (event) => recorded(tally, event));
  emitter.on('engine.pressure', ({ state, reason }) => {
    if (state === 'entered') tally.count('runyard_pressure_entered_total', { reason });
  });
  for (const reason of pressureReasons) tally.count('runyard_pressure_entered_total', { reason }, 0);
  tally.count('runyard_faults_total', {}, 0);
  emitter.on('error', () => tally.count('runyard_faults_total', {}));
};

const endings = ['run.succeeded', 'run.failed', 'run.cancelled', 'run.skipped'] as const;

const ended = (tally: Tally, { executor, state, reason, startedAt, endedAt }: Run): void => {
  if (!isTerminal(state)) return;
  tally.count('runyard_runs_ended_total', { executor, state, reason: reason ?? '' });
  if (startedAt !== null && endedAt !== null)
    tally.observe('runyard_run_duration_seconds', { executor, state }, secondsBetween(startedAt, endedAt));
};

const admitted = (tally: Tally, { at, run }: RunEvent): void => {
  const { executor, createdAt, notBefore } = run;
  tally.observe('runyard_run_queue_seconds', { executor }, secondsBetween(Math.max(createdAt, notBefore), at));
};

const launched = (tally: Tally, { run: { executor }, attempt: { createdAt, startedAt } }: AttemptEvent): void => {
  if (startedAt !== null)
    tally.observe('runyard_run_launch_seconds', { executor }, secondsBetween(createdAt, startedAt));
};

const recorded = (tally: Tally, { at, occurrence }: RunyardEvents['occurrence.recorded']): void => {
  const { reason, count, from } = occurrence;
  if (reason === null) tally.observe('runyard_schedule_lateness_seconds', {}, secondsBetween(from, at));
  else tally.count('runyard_occurrences_not_run_total', { reason }, count);
};

// A clock that was set back makes no time negative.
const secondsBetween = (from: number, to: number): number => Math.max(0, to - from) / 1000;
