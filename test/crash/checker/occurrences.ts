import type { Occurrence, Run } from '../../../packages/core/src/domain/run/run.ts';
import { toRealTime } from '../host/store-time.ts';
import type { Check, Schedule, Violation } from './history.ts';

const minute = 60_000;

/** Every due instant has a covering row, or a run; none has two of either, and nothing is recorded of what was never due. */
export const accountsForEachInstant: Check = ({ schedules, until, recorded }) =>
  schedules.flatMap((schedule) => {
    const rows = recorded.occurrences.filter(({ jobId }) => jobId === schedule.jobId);
    const fired = recorded.runs.filter(({ jobId, dueAt }) => jobId === schedule.jobId && dueAt !== null);
    return [...atEachInstant(schedule, until, rows, fired), ...inEachRow(schedule, rows, fired)];
  });

const atEachInstant = (schedule: Schedule, until: number, rows: Occurrence[], fired: Run[]): Violation[] => {
  const found: Violation[] = [];
  const runs = Map.groupBy(fired, ({ dueAt }) => dueAt ?? 0);
  const covering = coverage(schedule, rows);
  for (const instant of instantsIn(schedule, schedule.from + 1, until)) {
    const made = runs.get(instant)?.length ?? 0;
    const covers = covering.get(instant) ?? 0;
    const where = `${schedule.name} at ${at(instant)}`;
    if (covers === 0) found.push({ kind: 'missed', sentence: `${where} has no row${made > 0 ? ', but a run' : ''}` });
    if (covers > 1) found.push({ kind: 'doubled', sentence: `${where} has ${covers} rows` });
  }
  // Also of instants that nobody was bound to fire yet.
  for (const [instant, made] of runs)
    if (made.length > 1)
      found.push({
        kind: 'doubled',
        sentence: `${schedule.name} at ${at(instant)} has ${made.length} runs: ${made.map(({ id }) => id).join(', ')}`,
      });
  return found;
};

const inEachRow = (schedule: Schedule, rows: Occurrence[], fired: Run[]): Violation[] => {
  const found: Violation[] = [];
  const byId = new Map(fired.map((run) => [run.id, run]));
  for (const { from, to, count, runId, reason } of rows) {
    const where = `the row of ${schedule.name} at ${at(from)}`;
    const due = instantsIn(schedule, from, to);
    if (due[0] !== from || due.at(-1) !== to)
      found.push({ kind: 'unplanned', sentence: `${where} to ${at(to)} is of instants that were never due` });
    if (due.length !== count)
      found.push({ kind: 'untrue', sentence: `${where} to ${at(to)} counts ${count}, not ${due.length}` });
    if (runId === null && reason === null)
      found.push({ kind: 'untrue', sentence: `${where} has neither a run nor a reason` });
    if (runId !== null && byId.get(runId)?.dueAt !== from)
      found.push({ kind: 'untrue', sentence: `${where} names ${runId}, which is no run of that instant` });
  }
  const rowOf = new Set(rows.map(({ runId }) => runId));
  for (const { id, dueAt } of fired)
    if (!rowOf.has(id))
      found.push({ kind: 'missed', sentence: `run ${id} of ${schedule.name} at ${at(dueAt ?? 0)} has no row` });
  return found;
};

/** Nothing begins before it is due. Judged by the clock of the machine, which jobs and harness share. */
export const beginsNothingEarly: Check = ({ storeTime, recorded, said }) => {
  const dueOf = new Map(recorded.runs.map(({ id, dueAt }) => [id, dueAt]));
  return said.flatMap(({ what, key, at: saidAt }): Violation[] => {
    const dueAt = dueOf.get(key.slice(0, key.lastIndexOf('.')));
    if (what !== 'begin' || saidAt === null || !dueAt) return [];
    const early = toRealTime(storeTime, dueAt) - saidAt;
    if (early <= readingMs) return [];
    return [{ kind: 'early', sentence: `${key} began ${Math.round(early)} ms (of real time) before it was due` }];
  });
};

/** Both are read to the millisecond. */
const readingMs = 2;

const instantsIn = ({ everyMinutes }: Schedule, from: number, to: number): number[] => {
  const step = everyMinutes * minute;
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, i) => first + i * step);
};

const coverage = (schedule: Schedule, rows: Occurrence[]): Map<number, number> => {
  const covering = new Map<number, number>();
  for (const { from, to } of rows)
    for (const instant of instantsIn(schedule, from, to)) covering.set(instant, (covering.get(instant) ?? 0) + 1);
  return covering;
};

const at = (instant: number): string => new Date(instant).toISOString();
