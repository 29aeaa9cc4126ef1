import type { Bell } from '../../adapters/shared/bell.ts';
import type { Outcome } from '../../domain/run/outcome.ts';
import type { Behaviour } from './behaviour.ts';

/** What the engine holds for one attempt. Times are of its monotonic clock. */
export interface ScriptedObject {
  readonly id: string;
  readonly key: string;
  readonly installation: string;
  /** UUIDs of the GPUs that it was made with. */
  readonly gpus: readonly string[];
  readonly behaviour: Behaviour;
  /** Wall clock. */
  readonly createdAt: number;
  /** One for each time that it was started; the rules allow one. */
  readonly startedAt: number[];
  termAt: number | null;
  killAt: number | null;
  /** null while the engine holds it. */
  removedAt: number | null;
  /** When it ended by the wall clock, as it was first told: a later step of that clock does not change it. */
  toldEnd: number | null;
  /** Rings when something was done to it, or to its engine. */
  readonly changes: Bell;
}

export type ScriptedState =
  | { state: 'prepared' }
  | { state: 'waiting'; sentence: string }
  | { state: 'running' }
  | { state: 'finished'; outcome: Outcome; at: number }
  | { state: 'missing' };

/** Where an object stands at an instant: everything follows from what was done to it and when, so nothing runs in the background. */
export function stateAt(object: ScriptedObject, at: number): ScriptedState {
  const started = object.startedAt[0];
  if (object.removedAt !== null && object.removedAt <= at) return { state: 'missing' };
  if (started === undefined) {
    const { termAt } = object;
    return termAt === null ? { state: 'prepared' } : { state: 'finished', outcome: neverStarted, at: termAt };
  }
  if (vanishedAt(object) <= at) return { state: 'missing' };
  const end = endOf(object);
  if (end.at <= at) return { state: 'finished', outcome: end.outcome, at: end.at };
  if (at < runsFrom(object)) return { state: 'waiting', sentence: object.behaviour.waiting?.sentence ?? '' };
  return { state: 'running' };
}

const neverStarted: Outcome = {
  class: 'infrastructure',
  reason: 'stopped-before-start',
  sentence: 'It was stopped before it was started.',
};

/** The next instant at which it is something else without anybody's doing; Infinity where there is none. */
export function nextChange(object: ScriptedObject, at: number): number {
  const instants = [runsFrom(object), endOf(object).at, vanishedAt(object)];
  return Math.min(...instants.filter((instant) => instant > at), Number.POSITIVE_INFINITY);
}

/** From when to when the user's code ran, or would run; null where it never began. */
export function ranFor(object: ScriptedObject): { from: number; to: number } | null {
  const from = runsFrom(object);
  const to = Math.min(endOf(object).at, vanishedAt(object));
  return from < Number.POSITIVE_INFINITY && from <= to && !stoppedBefore(object, from) ? { from, to } : null;
}

export function runsFrom({ startedAt, behaviour }: ScriptedObject): number {
  return (startedAt[0] ?? Number.POSITIVE_INFINITY) + (behaviour.waiting?.ms ?? 0);
}

const stoppedBefore = (object: ScriptedObject, from: number): boolean =>
  Math.min(object.termAt ?? Number.POSITIVE_INFINITY, object.killAt ?? Number.POSITIVE_INFINITY) < from;

const vanishedAt = ({ startedAt, behaviour }: ScriptedObject): number =>
  (startedAt[0] ?? Number.POSITIVE_INFINITY) + (behaviour.vanishesAfterMs ?? Number.POSITIVE_INFINITY);

// The first of: by itself, by TERM, by KILL.
function endOf(object: ScriptedObject): { at: number; outcome: Outcome } {
  const { behaviour, termAt, killAt } = object;
  const itself = runsFrom(object) + (behaviour.runMs ?? 0);
  const byTerm = termAt === null ? Number.POSITIVE_INFINITY : termAt + (behaviour.termMs ?? 0);
  const byKill = killAt ?? Number.POSITIVE_INFINITY;
  // What does not run yet ends as soon as it is told to.
  const beforeItRuns = Math.min(termAt ?? Number.POSITIVE_INFINITY, byKill);
  if (beforeItRuns < runsFrom(object)) return { at: beforeItRuns, outcome: { class: 'signalled', signal: 'SIGTERM' } };
  const at = Math.min(itself, byTerm, byKill);
  if (at === itself) return { at, outcome: behaviour.outcome ?? { class: 'exited', code: 0 } };
  if (at === byTerm) return { at, outcome: behaviour.termOutcome ?? { class: 'signalled', signal: 'SIGTERM' } };
  return { at, outcome: { class: 'signalled', signal: 'SIGKILL' } };
}
