import type { Occurrence } from '../domain/run/run.ts';
import type { Store } from '../ports/store.ts';

const pageSize = 1_000;

/** All ledger rows that touch the range, earliest first. */
export const recordedIn = async (
  store: Store,
  { jobId, from, to }: { jobId: string; from: number; to: number },
): Promise<Occurrence[]> => {
  const rows: Occurrence[] = [];
  for (let begin = from; ; ) {
    const page = await store.occurrences({ jobId, from: begin, to, limit: pageSize });
    rows.push(...page);
    const last = page.at(-1);
    if (page.length < pageSize || !last) return rows;
    begin = last.to + 1;
  }
};
