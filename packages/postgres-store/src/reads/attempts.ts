import type { AdoptableQuery, Attempt, AttemptState, LeasedRun, RunState, UnfinishedAfter } from '@runyard/core';
import { attemptStatements, heldAt, type Row, rows, type Taken } from '@runyard/core/sql';
import type { Sql } from '../database/database.ts';
import { reads } from './statements.ts';

export const attempts = async (sql: Sql, runId: string): Promise<Attempt[]> =>
  (await sql.rows(attemptStatements.ofRun, runId)).map(rows.toAttempt);

export const taken = async (sql: Sql, place: string): Promise<Taken> => {
  const [sum, holding] = await Promise.all([sql.row(reads.taken, place), sql.rows(attemptStatements.holding)]);
  const [cpu, memoryBytes] = sum as [number, number];
  return { cpu, memoryBytes, gpus: heldAt(place, holding.flatMap(rows.toHeldGpus)) };
};

export const unfinished = async (sql: Sql, limit: number, after?: UnfinishedAfter): Promise<Attempt[]> => {
  const { endedAt, runId, attempt } = after ?? { endedAt: Number.MIN_SAFE_INTEGER, runId: '', attempt: 0 };
  return (await sql.rows(reads.unfinished, limit, endedAt, runId, attempt)).map(rows.toAttempt);
};

export const adoptable = async (sql: Sql, query: AdoptableQuery): Promise<LeasedRun[]> => {
  const { instance, now, latest, lockedPlace, after, limit } = query;
  return (await sql.rows(reads.adoptable, instance, now, latest, after ?? '', limit, lockedPlace)).map(toLeased);
};

export const leasedTo = async (sql: Sql, instance: string): Promise<LeasedRun[]> =>
  (await sql.rows(reads.leasedTo, instance)).map(toLeased);

// A run, when its lease expires, and its present attempt, which may not be there.
const toLeased = (row: Row): LeasedRun => {
  const attempt = row.slice(rows.runColumns.length + 1);
  return {
    run: rows.toRun(row),
    attempt: attempt[0] === null ? null : rows.toAttempt(attempt),
    expiresAt: row[rows.runColumns.length] as number | null,
  };
};

type Known = { attempt: AttemptState; run: RunState; current: boolean };

export const attemptStates = async (sql: Sql, keys: readonly string[]): Promise<Map<string, Known>> => {
  const split = keys.map(splitKey).filter((key) => key !== null);
  if (split.length === 0) return new Map();
  const found = await sql.rows(
    reads.attemptStates,
    split.map(([runId]) => runId),
    split.map(([, attempt]) => attempt),
  );
  return new Map(
    found.map(([runId, attempt, state, run, present]) => [
      `${runId}.${attempt}`,
      { attempt: state as AttemptState, run: run as RunState, current: present === attempt },
    ]),
  );
};

// The other way round than `attemptKey`. What is no key of ours finds nothing.
const splitKey = (key: string): [runId: string, attempt: number] | null => {
  const [, runId, digits] = /^([^.]+)\.(\d{1,9})$/.exec(key) ?? [];
  return runId === undefined || digits === undefined ? null : [runId, Number(digits)];
};
