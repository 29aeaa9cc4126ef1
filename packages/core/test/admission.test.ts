import { describe, expect, it } from 'vitest';
import { admissions } from '../src/domain/admission.ts';
import type { Decision, Share, Snapshot } from '../src/domain/decision.ts';
import { defaults } from '../src/domain/job/defaults.ts';
import { parseSizes } from '../src/domain/job/parse-size.ts';
import type { Run } from '../src/domain/run/run.ts';
import { aJob, aRun } from './support/records.ts';

const gibibyte = 2 ** 30;
const sizes = parseSizes({
  half: { cpu: 0.5, memory: '1Gi' },
  small: { cpu: 1, memory: '1Gi' },
  large: { cpu: 4, memory: '4Gi' },
  huge: { cpu: 64, memory: '1Gi' },
  fat: { cpu: 1, memory: '100Gi' },
});
const job = aJob();
const queued = (size: string, given: Partial<Run> = {}) => ({ run: aRun({ size, ...given }, job), job });
const decide = (
  runs: readonly { run: Run; job: typeof job }[],
  { taken = { cpu: 0, memoryBytes: 0 }, gpus = new Map(), held = [], now = 0 }: Partial<Share> & { now?: number } = {},
): Decision[] => {
  const snapshot: Snapshot = {
    queued: runs,
    active: new Map(),
    places: new Map([['process', 'here']]),
    silent: new Map(),
    shares: new Map([['here', { all: { cpu: 4, memoryBytes: 8 * gibibyte }, taken, gpus, held }]]),
    sizes,
    turnAfterMs: defaults.timings.turnAfterMs,
    stopped: [],
    overdue: [],
    room: () => 100,
  };
  return admissions(snapshot, now);
};
const kinds = (decisions: readonly Decision[]) => decisions.map(({ kind }) => kind);

describe('admission by cpu and memory', () => {
  it('gives out what there is, and no more', () => {
    const runs = Array.from({ length: 6 }, () => queued('small'));
    expect(kinds(decide(runs))).toEqual(['admit', 'admit', 'admit', 'admit', 'wait', 'wait']);
    expect(kinds(decide(runs, { taken: { cpu: 3.5, memoryBytes: 0 } }))).not.toContain('admit');
    expect(kinds(decide([queued('half')], { taken: { cpu: 3.5, memoryBytes: 0 } }))).toEqual(['admit']);
    expect(kinds(decide([queued('half')], { taken: { cpu: 0, memoryBytes: 7.5 * gibibyte } }))).toEqual(['wait']);
  });

  it('tells with each admission what the store has to hold it to', () => {
    expect(decide([queued('small')])).toMatchObject([
      { kind: 'admit', takes: { cpu: 1, memoryBytes: gibibyte }, within: { cpu: 4, memoryBytes: 8 * gibibyte } },
    ]);
  });

  it('lets a small run pass a large one that does not fit, and says what that waits for', () => {
    const decisions = decide([queued('large'), queued('small')], { taken: { cpu: 1, memoryBytes: 0 }, now: 5 });
    expect(decisions).toMatchObject([
      {
        kind: 'wait',
        since: 5,
        sentence: "Waits for 4 cpu and 4 GiB of memory: other runs use what 'process' has (4 cpu and 8 GiB of memory).",
      },
      { kind: 'admit' },
    ]);
  });

  it('lets nothing pass a large run that has waited too long, until it has its turn', () => {
    const large = queued('large', { waitsSince: 0 });
    const before = { taken: { cpu: 1, memoryBytes: 0 }, now: defaults.timings.turnAfterMs - 1 };
    expect(kinds(decide([large, queued('small')], before))).toEqual(['wait', 'admit']);
    const after = { ...before, now: defaults.timings.turnAfterMs };
    const decisions = decide([large, queued('small'), queued('half')], after);
    expect(decisions.filter(({ kind }) => kind === 'admit')).toEqual([]);
    expect(decisions.at(-1)).toMatchObject({ kind: 'wait', sentence: expect.stringContaining(large.run.id) });
    expect(kinds(decide([large, queued('small')], { now: defaults.timings.turnAfterMs }))).toEqual(['admit', 'wait']);
  });

  it('lets higher priority go first, whoever has waited', () => {
    const decisions = decide([queued('small', { priority: 5 }), queued('large', { waitsSince: 0 })], {
      taken: { cpu: 1, memoryBytes: 0 },
      now: defaults.timings.turnAfterMs,
    });
    expect(kinds(decisions)).toEqual(['admit', 'wait']);
  });

  it('lets what is larger than its whole place wait with advice, and hold up nobody', () => {
    const since = { waitsSince: 0 };
    const decisions = decide([queued('huge', since), queued('fat', since), queued('small')], {
      now: defaults.timings.turnAfterMs * 2,
    });
    expect(kinds(decisions)).toEqual(['wait', 'wait', 'admit']);
    expect(decisions[0]).toMatchObject({ sentence: expect.stringContaining('Choose a smaller size') });
  });

  it('says a thing once', () => {
    const large = queued('large');
    const taken = { cpu: 1, memoryBytes: 0 };
    const [first] = decide([large], { taken, now: 5 });
    if (first?.kind !== 'wait') throw new Error('it has to wait');
    const told = { run: { ...large.run, sentence: first.sentence, waitsSince: first.since }, job };
    expect(decide([told], { taken: { cpu: 2, memoryBytes: 0 }, now: 90_000 })).toEqual([]);
  });
});
