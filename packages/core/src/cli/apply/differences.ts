/** What `PUT /jobs` answers of one job. `before` and `after` hold the fields that can be set, by their names on the wire. */
export interface Change {
  change: 'created' | 'updated' | 'unchanged' | 'removed';
  id: string | null;
  name: string;
  owner: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** One line for each value that would change: `schedule.cron: "0 6 * * *" → "0 7 * * *"`. */
export const differences = ({ before, after }: Pick<Change, 'before' | 'after'>): string[] =>
  between(before, after, '').filter((line) => !/^(retries|cron_schedule_options)\b/.test(line)); // second names of fields

const between = (before: unknown, after: unknown, path: string): string[] => {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isMap(before) || !isMap(after)) return [`${path}: ${text(before)} → ${text(after)}`];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
    between(before[name], after[name], path === '' ? name : `${path}.${name}`),
  );
};

const text = (value: unknown): string => (value === undefined || value === null ? '(nothing)' : JSON.stringify(value));

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
