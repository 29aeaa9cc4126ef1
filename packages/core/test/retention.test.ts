import { describe, expect, it } from 'vitest';
import { type EndedRun, expired, type Remains } from '../src/domain/retention.ts';

const day = 86_400_000;
const now = 1_000 * day;

const run = (seq: number, given: Partial<EndedRun> = {}): EndedRun => ({
  seq,
  id: `r${seq}`,
  createdAt: now,
  endedAt: now,
  idempotencyKey: null,
  attempts: [{ attempt: 1, state: 'disposed' }],
  ...given,
});
const nothing: Remains = { keptFrom: null, runs: [], rows: [], nextFireAt: null };
const decide = (remains: Partial<Remains>, given: { maxAgeMs?: number; removed?: boolean; limit?: number } = {}) => {
  const { maxAgeMs = 10 * day, removed = false, limit = 100 } = given;
  return expired({ ...nothing, ...remains }, { retention: { maxAgeMs, maxRuns: 2 }, removed, now, limit });
};
const ids = (remains: Partial<Remains>) => decide(remains).runs.map(({ id }) => id);

describe('what may be forgotten', () => {
  it('is what is older than its job keeps, counted from its end', () => {
    const old = run(1, { createdAt: now - 20 * day, endedAt: now - 10 * day - 1 });
    const long = run(2, { createdAt: now - 20 * day, endedAt: now - 10 * day });
    expect(ids({ runs: [old, long] })).toEqual(['r1']);
  });

  it('is what is not among the newest', () => {
    expect(ids({ runs: [run(1), run(2), run(3)], keptFrom: 2 })).toEqual(['r1']);
    expect(ids({ runs: [run(1), run(2)], keptFrom: null })).toEqual([]);
  });

  it('is nothing of which an attempt is not disposed of', () => {
    const attempts = [
      { attempt: 1, state: 'disposed' },
      { attempt: 2, state: 'ended' },
    ] as const;
    expect(ids({ runs: [run(1, { attempts }), run(2, { attempts: [] }), run(3)], keptFrom: 3 })).toEqual(['r2']);
  });

  it('is nothing that a start may still call for by its key', () => {
    const keyed = (seq: number, createdAt: number) => run(seq, { idempotencyKey: 'k', createdAt });
    expect(ids({ runs: [keyed(1, now - day), keyed(2, now - day + 1)], keptFrom: 9 })).toEqual(['r1']);
  });

  it('is no ledger row that the schedule has not passed, that is the newest, or that is not a day old', () => {
    const rows = [1, 2, 3, 4].map((n) => ({ from: n * day, to: n * day + 5 }));
    const nextFireAt = now + 1;
    expect(decide({ rows, nextFireAt }).rowsBefore).toBe(3 * day + 6);
    expect(decide({ rows: rows.slice(0, 1), nextFireAt }).rowsBefore).toBe(null);
    expect(decide({ rows, nextFireAt: 2 * day + 5 }).rowsBefore).toBe(day + 6);
    const recent = [now - day, now - day + 1, now].map((to) => ({ from: to, to: to - 1 }));
    expect(decide({ rows: recent }, { maxAgeMs: 1 }).rowsBefore).toBe(now - day);
  });

  it('is a removed job once nothing of it is left, and none that is there', () => {
    const old = [{ from: 1, to: 2 }];
    expect(decide({ rows: old }, { removed: true }).job).toBe(true);
    expect(decide({ rows: old }).job).toBe(false);
    expect(decide({ rows: [{ from: now, to: now }] }, { removed: true }).job).toBe(false);
    expect(decide({ runs: [run(1)] }, { removed: true }).job).toBe(false);
    expect(decide({ runs: [run(1)], keptFrom: 2 }, { removed: true }).job).toBe(true);
  });

  it('is looked for further on only while there may be more', () => {
    const full = { runs: [run(1), run(2)], keptFrom: 3 };
    expect(decide(full, { limit: 2 }).more).toBe(true);
    expect(decide(full, { limit: 3 }).more).toBe(false);
    expect(decide({ ...full, keptFrom: 2 }, { limit: 2 }).more).toBe(false);
    const old = run(2, { createdAt: now - 11 * day });
    expect(decide({ runs: [run(1), old] }, { limit: 2 }).more).toBe(true);
    const rows = [1, 2, 3].map((n) => ({ from: n, to: n }));
    expect(decide({ rows }, { limit: 3 }).more).toBe(true);
  });
});
