import { describe, expect, it } from 'vitest';
import type { Attempt, Occurrence, Run } from '../../../packages/core/src/domain/run/run.ts';
import { parseSaid } from '../jobs/executions.ts';
import { check, countsOf } from './check.ts';
import type { History, Kind } from './history.ts';

const minute = 60_000;
const origin = 1_700_000_040_000; // a full minute
/** The n-th minute of store time. */
const due = (n: number): number => origin + n * minute;
/** Real time at which it is that minute. */
const real = (n: number): number => origin + n * 1000;

const run = (n: number, more: Partial<Run> = {}): Run =>
  ({ id: `r${n}`, jobId: 'j', state: 'succeeded', reason: 'completed', dueAt: due(n), stop: null, ...more }) as Run;
const attempt = (n: number, more: Partial<Attempt> = {}): Attempt =>
  ({ runId: `r${n}`, attempt: 1, state: 'disposed', outcome: { class: 'exited', code: 0 }, ...more }) as Attempt;
const row = (n: number, more: Partial<Occurrence> = {}): Occurrence =>
  ({ jobId: 'j', from: due(n), to: due(n), count: 1, runId: `r${n}`, reason: null, ...more }) as Occurrence;
const lines = (n: number, key = `r${n}.1`): string => `begin ${key} ${real(n)}\nend ${key} ${real(n) + 400}\n`;

/** A Forbid job that was due five times: three ran, one of them at the second try, and two were missed by a host that was down. */
const good = (): History => ({
  storeTime: { origin, factor: 60 },
  schedules: [
    {
      jobId: 'j',
      name: 'job',
      everyMinutes: 1,
      from: due(0),
      policy: 'Forbid',
      codes: [0],
      retries: 1,
      infrastructureRetries: 5,
    },
  ],
  until: due(5),
  recorded: {
    jobs: [],
    runs: [run(1), run(4), run(5)],
    attempts: [attempt(1), attempt(4), attempt(5, { outcome: { class: 'lost' } }), attempt(5, { attempt: 2 })],
    occurrences: [row(1), row(2, { to: due(3), count: 2, runId: null, reason: 'missed-window' }), row(4), row(5)],
  },
  said: parseSaid(`${lines(1)}${lines(4)}begin r5.1 ${real(5)}\n${lines(6, 'r5.2')}`),
  left: [],
  unfenced: [],
  faults: [],
});

interface Planted {
  rule: string;
  kind: Kind;
  plant(history: History): void;
}

const planted: Planted[] = [
  {
    rule: 'an instant without a row was missed',
    kind: 'missed',
    plant: ({ recorded }) => recorded.occurrences.splice(1, 1),
  },
  {
    rule: 'a run without a row was missed too',
    kind: 'missed',
    plant: ({ recorded }) => recorded.occurrences.splice(2, 1),
  },
  {
    rule: 'an instant with two rows was recorded twice',
    kind: 'doubled',
    plant: ({ recorded }) => recorded.occurrences.push(row(3, { runId: null, reason: 'missed-window' })),
  },
  {
    rule: 'an instant with two runs fired twice',
    kind: 'doubled',
    plant: ({ recorded }) => recorded.runs.push(run(4, { id: 'again' })),
  },
  {
    rule: 'a key with two beginnings ran twice',
    kind: 'doubled',
    plant: ({ said }) => said.push(...parseSaid(lines(5, 'r4.1'))),
  },
  {
    rule: 'a beginning before the end of another run of a Forbid job overlaps',
    kind: 'overlapping',
    plant: ({ said }) => said.splice(1, 2, ...said.slice(1, 3).reverse()),
  },
  {
    rule: 'so does one under Replace',
    kind: 'overlapping',
    plant({ schedules, said }) {
      schedules[0] = { ...schedules[0], policy: 'Replace' } as History['schedules'][number];
      said.splice(1, 2, ...said.slice(1, 3).reverse());
    },
  },
  {
    rule: 'attempts of one run overlap, also under Allow',
    kind: 'overlapping',
    plant({ schedules, said }) {
      schedules[0] = { ...schedules[0], policy: 'Allow' } as History['schedules'][number];
      said.push(...parseSaid(`end r5.1 ${real(7)}\n`));
    },
  },
  {
    rule: 'a row of an instant that is not on the schedule was never due',
    kind: 'unplanned',
    plant: ({ recorded }) =>
      recorded.occurrences.push(row(6, { from: due(6) + 1, to: due(6) + 1, runId: null, reason: 'paused' })),
  },
  {
    rule: 'a row that counts another number than there were is untrue',
    kind: 'untrue',
    plant: ({ recorded }) => Object.assign(recorded.occurrences[1] ?? {}, { count: 3 }),
  },
  {
    rule: 'a row with neither run nor reason is untrue',
    kind: 'untrue',
    plant: ({ recorded }) => Object.assign(recorded.occurrences[1] ?? {}, { reason: null }),
  },
  {
    rule: "a row that names another instant's run is untrue",
    kind: 'untrue',
    plant: ({ recorded }) => Object.assign(recorded.occurrences[2] ?? {}, { runId: 'r5' }),
  },
  {
    rule: 'what begins before its instant is early',
    kind: 'early',
    plant: ({ said }) => Object.assign(said[0] ?? {}, { at: real(1) - 30 }),
  },
  {
    rule: 'a run that is active in the end has no end',
    kind: 'endless',
    plant: ({ recorded }) => Object.assign(recorded.runs[0] ?? {}, { state: 'stopping', reason: null }),
  },
  {
    rule: 'an attempt that is not disposed of is left over',
    kind: 'left',
    plant: ({ recorded }) => Object.assign(recorded.attempts[0] ?? {}, { state: 'sealed' }),
  },
  {
    rule: 'an attempt behind the backoff limit is one too many',
    kind: 'over the limit',
    plant({ recorded }) {
      const outcome = { class: 'signalled', signal: 'SIGSEGV' } as const;
      recorded.attempts[1] = attempt(4, { outcome });
      recorded.attempts.push(attempt(4, { attempt: 2, outcome }), attempt(4, { attempt: 3, outcome }));
    },
  },
  {
    rule: 'so is one behind the budget for infrastructure',
    kind: 'over the limit',
    plant: ({ schedules }) => Object.assign(schedules[0] ?? {}, { infrastructureRetries: 0 }),
  },
  {
    rule: 'what ran and is not in the store is untrue',
    kind: 'untrue',
    plant: ({ said }) => said.push(...parseSaid(lines(5, 'r9.1'))),
  },
  {
    rule: 'an attempt that exited by its record and never ran is untrue',
    kind: 'untrue',
    plant: ({ said }) => said.splice(0, 2),
  },
  {
    rule: 'an attempt that exited by its record and said no end is untrue',
    kind: 'untrue',
    plant: ({ said }) => said.splice(1, 1),
  },
  {
    rule: 'an attempt that is lost by its record and ran to its end is untrue',
    kind: 'untrue',
    plant: ({ said }) => said.push(...parseSaid('end r5.1 \n')),
  },
  {
    rule: 'another exit code than that of the job is untrue',
    kind: 'untrue',
    plant: ({ schedules }) => Object.assign(schedules[0] ?? {}, { codes: [7] }),
  },
  {
    rule: 'a run that succeeded although its last attempt did not is untrue',
    kind: 'untrue',
    plant: ({ recorded }) => recorded.attempts.pop(),
  },
  {
    rule: 'a run that failed although its last attempt succeeded is untrue',
    kind: 'untrue',
    plant: ({ recorded }) => Object.assign(recorded.runs[0] ?? {}, { state: 'failed' }),
  },
  {
    rule: 'a run that failed with tries left is untrue',
    kind: 'untrue',
    plant({ recorded }) {
      Object.assign(recorded.runs[0] ?? {}, { state: 'failed', reason: 'lost' });
      Object.assign(recorded.attempts[0] ?? {}, { outcome: { class: 'lost' } });
    },
  },
  {
    rule: 'a process that is there in the end is left over',
    kind: 'left',
    plant: ({ left }) => left.push('process 7: sleep 600'),
  },
  {
    rule: 'a write by a process that did not hold the lease is unfenced',
    kind: 'unfenced',
    plant: ({ unfenced }) => unfenced.push('host 7 wrote the run of r1, which host 8 held'),
  },
  {
    rule: 'a fault of ours is one',
    kind: 'fault',
    plant: ({ faults }) => faults.push('TypeError: x is not a function'),
  },
];

describe('the checker of the crash harness', () => {
  it('finds nothing in a good history, in which an attempt was lost without a word and instants were missed with a row', () => {
    expect(check(good())).toEqual([]);
  });

  it.each(planted)('$rule', ({ kind, plant }) => {
    const history = good();
    plant(history);
    expect(check(history).map((violation) => violation.kind)).toContain(kind);
  });

  it('counts what there was', () => {
    expect(countsOf(good())).toMatchObject({ occurrences: 5, 'without a run': 2, executions: 4, 'without an end': 1 });
  });
});
