import { heldAt } from '../../../domain/gpu/gpu-lease.ts';
import type { AttemptState, RunState } from '../../../domain/run/run.ts';
import type { AdoptableQuery, LeasedRun, Taken, UnfinishedAfter } from '../../../ports/store.ts';
import { runColumns, toAttempt, toHeldGpus, toRun } from '../../shared/sql/rows.ts';
import { attemptStatements } from '../../shared/sql/statements/attempts.ts';
import { runStatements } from '../../shared/sql/statements/runs.ts';
import type { Row, Sql } from '../sql.ts';
import { each, read } from './read.ts';

interface LeasedWire {
  run: Row;
  attempt: Row | undefined;
}

const toLeased = ({ run, attempt }: LeasedWire): LeasedRun => ({
  run: toRun(run),
  attempt: attempt ? toAttempt(attempt) : null,
  expiresAt: run[runColumns.length] as number | null,
});

export const attempts = read((sql, runId: string) => sql.rows(attemptStatements.ofRun, runId), each(toAttempt));

export const taken = read(
  (sql, place: string) => ({
    sum: sql.row(attemptStatements.taken, place) ?? [0, 0],
    holding: sql.rows(attemptStatements.holding),
    place,
  }),
  ({ sum: [cpu, memoryBytes], holding, place }: { sum: Row; holding: Row[]; place: string }): Taken => ({
    cpu: cpu as number,
    memoryBytes: memoryBytes as number,
    gpus: heldAt(place, holding.flatMap(toHeldGpus)),
  }),
);

export const unfinished = read(
  (sql, limit: number, after?: UnfinishedAfter) =>
    sql.rows(
      attemptStatements.unfinished,
      limit,
      after?.endedAt ?? Number.MIN_SAFE_INTEGER,
      after?.runId ?? '',
      after?.attempt ?? 0,
    ),
  each(toAttempt),
);

export const adoptable = read(
  (sql, { instance, now, latest, lockedPlace, after, limit }: AdoptableQuery) =>
    withAttempts(sql, sql.rows(runStatements.adoptable, instance, now, latest, after ?? '', limit, lockedPlace)),
  (found: LeasedWire[]): LeasedRun[] => found.map(toLeased),
);

export const leasedTo = read(
  (sql, instance: string) => withAttempts(sql, sql.rows(runStatements.leasedTo, instance)),
  (found: LeasedWire[]): LeasedRun[] => found.map(toLeased),
);

const withAttempts = (sql: Sql, runs: readonly Row[]): LeasedWire[] =>
  runs.map((run) => ({ run, attempt: presentAttempt(sql, run) }));

const presentAttempt = (sql: Sql, row: Row): Row | undefined => {
  const { id, attempt } = toRun(row);
  return sql.row(attemptStatements.get, id, attempt);
};

type KnownAttempt = { attempt: AttemptState; run: RunState; current: boolean };

export const attemptStates = read(
  (sql, keys: readonly string[]) => keys.map((key) => ({ key, row: stateOf(sql, key) })),
  (found: { key: string; row: Row | undefined }[]): Map<string, KnownAttempt> =>
    new Map(found.flatMap(({ key, row }) => (row ? [[key, toKnown(key, row)] as const] : []))),
);

const stateOf = (sql: Sql, key: string): Row | undefined => {
  const { runId, attempt } = splitKey(key);
  return sql.row(attemptStatements.stateOf, runId, attempt);
};

const toKnown = (key: string, [attempt, run, present]: Row): KnownAttempt => ({
  attempt: attempt as AttemptState,
  run: run as RunState,
  current: present === splitKey(key).attempt,
});

// The other way round than `attemptKey`. What is no key of ours finds nothing.
const splitKey = (key: string): { runId: string; attempt: number } => {
  const dot = key.lastIndexOf('.');
  const digits = key.slice(dot + 1);
  return { runId: key.slice(0, Math.max(dot, 0)), attempt: /^\d{1,9}$/.test(digits) ? Number(digits) : -1 };
};
