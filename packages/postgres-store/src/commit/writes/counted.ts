/**
 * Makes a statement fail unless it changes exactly so many rows: a fence that does not hold, or a record that is there already,
 * undoes the whole transaction. So nobody has to look at the answers before the commit is sent with it.
 */
export const counted = (statement: string, rows: number | string): string => `
  WITH changed AS (${statement} RETURNING 1)
  SELECT 1 / (CASE WHEN count(*) = ${rows} THEN 1 ELSE 0 END) FROM changed`;

/** What such a failure looks like; or a unique index that an update met. */
export const brokenFence = new Set(['22012', '23505']);
