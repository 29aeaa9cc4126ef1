/** Every table of ours: what is looked for in our schema when a statement names it. */
export const tables = [
  ...['meta', 'jobs', 'job_revisions', 'schedules', 'occurrences', 'runs', 'attempts', 'instances'],
  ...['logs', 'log_chunks', 'documents', 'audit'],
];
