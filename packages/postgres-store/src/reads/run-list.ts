import type { Page, Run, RunQuery } from '@runyard/core';
import { pageRange, rows, toPage } from '@runyard/core/sql';
import type { Sql, Value } from '../database/database.ts';
import { anyOf, rareStates } from './run-states.ts';

/**
 * A page of runs. Most lists are filled from the newest runs alone; what is rare among them is gone for by an index: by state, by job, or
 * by the jobs of the owners. So no list reads all that ever ran.
 */
export const runList = async (sql: Sql, query: RunQuery): Promise<Page<Run>> => {
  const params: Value[] = [];
  const asked = askedOf(query, (value) => `$${params.push(value)}`);
  for (const { text, whole } of sourcesOf(query, asked)) {
    const found = await sql.list(`SELECT r.seq, ${columns} FROM ${text} ${inOrder(asked)}`, ...params);
    if (whole || found.length === pageRange(query).limit)
      return toPage(
        query,
        found.map(([seq, ...row]) => ({ seq: seq as number, item: rows.toRun(row) })),
      );
  }
  return toPage(query, []);
};

const columns = rows.columnsOf('r', rows.runColumns);

/** The query as conditions on a run `r`, all of whose parameters are in every text. */
interface Asked {
  range: readonly string[];
  /** But for the range, the owners and the states. */
  own: readonly string[];
  /** On a job `j`. */
  owned: string | null;
  direction: 'ASC' | 'DESC';
  limit: string;
}

const askedOf = (query: RunQuery, bind: (value: Value) => string): Asked => {
  const { order, above, below, limit } = pageRange(query);
  const range: string[] = [];
  const own: string[] = [];
  if (above !== null) range.push(`r.seq > ${bind(above)}`);
  if (below !== null) range.push(`r.seq < ${bind(below)}`);
  if (query.jobId !== undefined) own.push(`r.job_id = ${bind(query.jobId)}`);
  if (query.trigger !== undefined) own.push(`r.trigger_kind = ${bind(query.trigger)}`);
  if (query.idempotencyKey !== undefined) own.push(`r.idempotency_key = ${bind(query.idempotencyKey)}`);
  const owned = query.owners ? `j.owner = ANY(${bind(query.owners)}::text[])` : null;
  return { range, own, owned, direction: order === 'ascending' ? 'ASC' : 'DESC', limit: bind(limit) };
};

/** Where to look, one after the other until the page is full; one that is `whole` needs no next. */
interface Source {
  text: string;
  whole: boolean;
}

/** That many of the newest are looked at first, in a list that names an owner or a trigger. */
const newest = 1_000;

const sourcesOf = (query: RunQuery, asked: Asked): Source[] => {
  const { range, own, owned } = asked;
  const ofOwner = owned === null ? [] : [`EXISTS (SELECT 1 FROM jobs j WHERE j.id = r.job_id AND ${owned})`];
  const states = query.states ? [anyOf(query.states)] : [];
  const rare = query.states && rareStates(query.states);
  if (rare) {
    const each = rare.map(
      ({ text, indexed }) => `(${seqs([...range, ...own, ...ofOwner, text], asked, indexed ? ordered : gathered)})`,
    );
    return [among(each.join(' UNION ALL '), asked)];
  }
  const plain = { text: `runs r ${where([...range, ...own, ...ofOwner, ...states])}`, whole: true };
  if (query.jobId !== undefined || query.idempotencyKey !== undefined) return [plain];
  if (owned === null && query.trigger === undefined) return [plain];
  const next = `(SELECT * FROM runs r ${where(range)} ORDER BY r.seq ${asked.direction} LIMIT ${newest})`;
  const first = { text: `${next} r ${where([...own, ...ofOwner, ...states])}`, whole: false };
  // Few runs are started by hand, whoever's they are.
  if (owned === null || query.trigger === 'manual')
    return [first, among(seqs([...range, ...own, ...ofOwner, ...states], asked, gathered), asked)];
  const ofJob = seqs([...range, ...own, ...states, 'r.job_id BETWEEN j.id AND j.id'], asked, byJob);
  return [first, among(`SELECT f.seq FROM jobs j CROSS JOIN LATERAL (${ofJob}) f WHERE ${owned}`, asked)];
};

// Only the numbers are gathered and sorted; then the rows of one page are read.
const among = (found: string, { direction, limit }: Asked): Source => ({
  text: `(SELECT f.seq FROM (${found}) f ORDER BY f.seq ${direction} LIMIT ${limit}) found JOIN runs r ON r.seq = found.seq`,
  whole: true,
});

/** The columns that runs are sorted by, which decides the index: in that order it is read, to the end of the page. */
type Order = readonly string[];
const ordered: Order = ['r.seq'];
// The order of no index: what matches is gathered by another one and sorted, not looked for among all in order.
const gathered: Order = ['(r.seq + 0)'];
// Of one job only, but said so that the planner does not know, who would look for a frequent one's among all in order.
const byJob: Order = ['r.job_id', 'r.seq'];

const seqs = (conditions: readonly string[], { direction, limit }: Asked, order: Order): string => {
  const by = order.map((column) => `${column} ${direction}`).join(', ');
  return `SELECT r.seq FROM runs r ${where(conditions)} ORDER BY ${by} LIMIT ${limit}`;
};

const where = (texts: readonly string[]): string => (texts.length === 0 ? '' : `WHERE ${texts.join(' AND ')}`);

const inOrder = ({ direction, limit }: Asked): string => `ORDER BY r.seq ${direction} LIMIT ${limit}`;
