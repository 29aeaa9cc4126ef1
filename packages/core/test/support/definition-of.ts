/** What two jobs of one definition have in common on the wire: all but who they are and when. */
export const definitionOf = ({ id: _, name: __, ...fields }: Record<string, unknown>): Record<string, unknown> =>
  JSON.parse(JSON.stringify(fields, (key, value) => (times.has(key) ? undefined : value)));

const times: ReadonlySet<string> = new Set(['created_at', 'updated_at', 'last_deploy', 'next_run_at']);
