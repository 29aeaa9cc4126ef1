import { isTerminal } from '@runyard/core/sql';
import type { Statement } from '../../database/database.ts';
import { newsStatement } from '../../news.ts';
import type { Image } from '../image.ts';
import { attemptWrites } from './attempts.ts';
import { runWrites } from './runs.ts';
import { scheduleWrites } from './schedules.ts';

/** The image as statements: one for each table and way of writing, whatever the number of rows. */
export const writesOf = (image: Image): Statement[] => [
  ...expectations(image),
  ...image.statements,
  ...scheduleWrites(image),
  ...runWrites(image),
  ...attemptWrites(image),
];

// Locked to the end, as when they are read first; fails where one is not there.
const expectedJobs = `
  SELECT 1 / (CASE WHEN count(*) = cardinality($1::text[]) THEN 1 ELSE 0 END) FROM (
    SELECT 1 FROM jobs j JOIN unnest($1::text[], $2::bigint[]) u(id, revision) ON j.id = u.id
    WHERE j.removed_at IS NULL AND (u.revision IS NULL OR j.revision = u.revision)
    ORDER BY j.id FOR KEY SHARE OF j) present`;

const expectations = ({ expected }: Image): Statement[] =>
  expected.size === 0 ? [] : [{ text: expectedJobs, values: [[...expected.keys()], [...expected.values()]] }];

/** Runs that were made, asked to stop or ended; and schedules that changed without one, of which nobody is named. */
export const newsOf = (image: Image, sender: string): Statement[] => {
  const ids: string[] = [];
  for (const [id, run] of image.runs) {
    if (run === null) continue;
    const { stored, state, stopped } = run;
    if (stored === null || stopped || (stored.state !== state && (isTerminal(state) || state === 'queued')))
      ids.push(id);
  }
  const rescheduled = [...image.cursors.values()].some((cursor) => cursor?.written);
  return ids.length === 0 && !rescheduled ? [] : [newsStatement(sender, ids)];
};
