import { describe, expect, it } from 'vitest';
import type { DueJob, Snapshot } from '../src/domain/decision.ts';
import { defaults } from '../src/domain/job/defaults.ts';
import type { Job } from '../src/domain/job/job.ts';
import { plan, planDue } from '../src/domain/plan.ts';
import { type DueInput, type DueOutcome, decideDue, withoutRest } from '../src/domain/schedule/missed.ts';
import { aJob, aRun } from './support/records.ts';

const minute = 60_000;
const everyMinute = {
  nextAfter: (instant: number): number => (Math.floor(instant / minute) + 1) * minute,
  previousBefore: (instant: number): number => (Math.ceil(instant / minute) - 1) * minute,
};
const decided = (input: DueInput): DueOutcome => withoutRest(decideDue(input));
const snapshot = (given: Partial<Snapshot> = {}): Snapshot => ({
  queued: [],
  active: new Map(),
  places: new Map([['process', 'here']]),
  stopped: [],
  overdue: [],
  silent: new Map(),
  shares: new Map(),
  sizes: defaults.sizes,
  turnAfterMs: defaults.timings.turnAfterMs,
  room: () => 10,
  ...given,
});
const rule = { ...defaults.missed };

describe('the missed-occurrence rule', () => {
  const due = { first: minute, ...everyMinute, rule, policy: 'Allow', off: null, recorded: [] } as const;

  it('runs what is on time and moves the cursor past it', () => {
    expect(decided({ ...due, now: minute + 5 })).toEqual({ run: [minute], covered: [], next: 2 * minute });
  });

  it('latest: runs the last within the window and covers the others with one row each reason', () => {
    const { run, covered, next } = decided({ ...due, now: 120 * minute });
    expect(run).toEqual([120 * minute]);
    expect(covered).toEqual([
      { from: minute, to: 59 * minute, count: 59, reason: 'missed-window' },
      { from: 60 * minute, to: 119 * minute, count: 60, reason: 'missed-collapsed' },
    ]);
    expect(next).toBe(121 * minute);
  });

  it('all: runs each within the window, the newest up to the cap', () => {
    const { run, covered } = decided({
      ...due,
      rule: { rule: 'all', windowMs: 10 * minute, cap: 3 },
      now: 20 * minute,
    });
    expect(run).toEqual([18 * minute, 19 * minute, 20 * minute]);
    expect(covered.map(({ reason, count }) => [reason, count])).toEqual([
      ['missed-window', 9],
      ['missed-cap', 8],
    ]);
  });

  it('all: a month of minutes is one row, and starts no more than the cap', () => {
    const month = 30 * 24 * 60;
    const all = { rule: 'all', windowMs: Number.MAX_SAFE_INTEGER, cap: 1000 } as const;
    const { run, covered } = decided({ ...due, rule: all, now: month * minute });
    expect([run.length, run.at(-1)]).toEqual([1000, month * minute]);
    expect(covered).toEqual([{ from: minute, to: (month - 1000) * minute, count: month - 1000, reason: 'missed-cap' }]);
  });

  it('all under Replace collapses to the last', () => {
    const { run } = decided({
      ...due,
      rule: { rule: 'all', windowMs: 10 * minute, cap: 10 },
      policy: 'Replace',
      now: 5 * minute,
    });
    expect(run).toEqual([5 * minute]);
  });

  it('skip: runs only what is on time', () => {
    const { run, covered } = decided({ ...due, rule: { ...rule, rule: 'skip' }, now: 5 * minute });
    expect(run).toEqual([4 * minute, 5 * minute]);
    expect(covered).toEqual([{ from: minute, to: 3 * minute, count: 3, reason: 'missed-skipped' }]);
  });

  it('covers everything with one row while paused', () => {
    expect(decided({ ...due, off: 'paused', now: 5 * minute })).toMatchObject({
      run: [],
      covered: [{ count: 5, reason: 'paused' }],
    });
  });
});

describe('plan', () => {
  const due = (job: Job, active: DueJob['active']): DueJob => ({ job, first: minute, ...everyMinute, active });

  it('skips a due instant of a Forbid job while a run is active, and keeps its row', () => {
    const job = aJob({ concurrencyPolicy: 'Forbid', schedule: { cron: '* * * * *' } });
    const active = { id: 'a'.repeat(32), stop: null };
    const fire = withoutRest(planDue(due(job, [active]), minute));
    expect(fire).toMatchObject({
      kind: 'fire',
      skippedFor: active.id,
      whileActive: [active.id],
      due: { run: [minute] },
    });
  });

  it('asks every active run of a Replace job to stop, once', () => {
    const job = aJob({ concurrencyPolicy: 'Replace', schedule: { cron: '* * * * *' } });
    const active = [
      { id: 'a'.repeat(32), stop: { cause: 'cancelled-by-user' as const, by: 'ann', at: 1 } },
      { id: 'b'.repeat(32), stop: null },
    ];
    expect(withoutRest(planDue(due(job, active), minute))).toMatchObject({ replaces: ['b'.repeat(32)] });
  });

  it.each(['Forbid', 'Replace'] as const)(
    'admits a %s run only when it is the oldest active one of its job',
    (concurrencyPolicy) => {
      const job = aJob({ concurrencyPolicy });
      const [older, newer] = [aRun({}, job), aRun({}, job)];
      const queued = [{ run: newer, job }];
      const both = new Map([
        [
          job.id,
          [
            { id: older.id, stop: null },
            { id: newer.id, stop: null },
          ],
        ],
      ]);
      const alone = new Map([[job.id, [{ id: newer.id, stop: null }]]]);
      expect(plan(snapshot({ queued, active: both }), 0)).toEqual([]);
      expect(plan(snapshot({ queued, active: alone }), 0)).toMatchObject([
        { kind: 'admit', run: { id: newer.id }, place: 'here' },
      ]);
    },
  );

  it('admits no more than there is room for, in the order given', () => {
    const job = aJob();
    const queued = [aRun({}, job), aRun({}, job), aRun({}, job)].map((run) => ({ run, job }));
    const ids = plan(snapshot({ queued, room: () => 2 }), 0).map(
      (decision) => decision.kind === 'admit' && decision.run.id,
    );
    expect(ids).toEqual(queued.slice(0, 2).map(({ run }) => run.id));
  });

  it('leaves a run queued whose executor does not answer, and lets it say so once', () => {
    const job = aJob();
    const silent = { places: new Map(), silent: new Map([['process', 'connection refused']]) };
    const run = aRun({}, job);
    const [decision] = plan(snapshot({ queued: [{ run, job }], ...silent }), 0);
    expect(decision).toMatchObject({ kind: 'wait', sentence: expect.stringContaining('connection refused') });
    const told = { ...run, sentence: decision?.kind === 'wait' ? decision.sentence : '' };
    expect(plan(snapshot({ queued: [{ run: told, job }], ...silent }), 0)).toEqual([]);
  });

  it('leaves a retry queued until its delay is over', () => {
    const job = aJob();
    const waiting = snapshot({ queued: [{ run: aRun({ notBefore: 5000 }, job), job }] });
    expect(plan(waiting, 4999)).toEqual([]);
    expect(plan(waiting, 5000)).toHaveLength(1);
  });

  it('ends a queued run that was asked to stop, and one past its start deadline, and admits neither', () => {
    const job = aJob({ limits: { startMs: 1000 } });
    const stopped = aRun({ stop: { cause: 'cancelled-by-user' as const, by: 'ann', at: 1 } }, job);
    const late = aRun({}, job);
    const queued = [stopped, late].map((run) => ({ run, job }));
    expect(plan(snapshot({ queued, stopped: [stopped], overdue: [stopped, late] }), 1000)).toMatchObject([
      { kind: 'end', run: { id: stopped.id }, cause: 'cancelled-by-user' },
      { kind: 'end', run: { id: late.id }, cause: 'start-deadline' },
    ]);
  });

  it('keeps the policy that a start call gave, whatever the job says', () => {
    const job = aJob();
    const [older, newer] = [aRun({}, job), aRun({ concurrencyPolicy: 'Replace' }, job)];
    const active = new Map([[job.id, [older, newer].map(({ id }) => ({ id, stop: null }))]]);
    expect(plan(snapshot({ queued: [{ run: newer, job }], active }), 0)).toEqual([]);
  });
});
