import type { EndedRun } from '../../../domain/retention.ts';
import type { Row } from './values.ts';

/** Ended runs of the rows that `retentionStatements.ended` gives, which has one for each attempt. */
export const toEnded = (rows: readonly Row[]): EndedRun[] => {
  const runs: (EndedRun & { attempts: EndedRun['attempts'][number][] })[] = [];
  for (const [seq, id, createdAt, endedAt, idempotencyKey, attempt, state] of rows as EndedWire[]) {
    if (runs.at(-1)?.seq !== seq) runs.push({ seq, id, createdAt, endedAt, idempotencyKey, attempts: [] });
    if (attempt !== null && state !== null) runs.at(-1)?.attempts.push({ attempt, state });
  }
  return runs;
};

type EndedWire = [
  seq: number,
  id: string,
  createdAt: number,
  endedAt: number | null,
  idempotencyKey: string | null,
  attempt: number | null,
  state: EndedRun['attempts'][number]['state'] | null,
];
