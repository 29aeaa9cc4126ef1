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
export const differences = ({ before, after }: Pick<Change, 'before' | 'after'>): string[] => {
  const [old, new_] = [flat(before), flat(after)];
  const changed = [...new Set([...old.keys(), ...new_.keys()])].filter((path) => old.get(path) !== new_.get(path));
  return changed.map((path) => `${path}: ${old.get(path) ?? '(nothing)'} → ${new_.get(path) ?? '(nothing)'}`);
};

const flat = (value: unknown, path = ''): Map<string, string> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map([[path, JSON.stringify(value)]]);
  const inner = Object.entries(value).flatMap(([name, each]) => [...flat(each, path === '' ? name : `${path}.${name}`)]);
  return new Map(inner);
};
