/** Ids that the host knows when the request is sent: `$job_id:3$` is its fourth job. */
const known = (name: string): string[] => [0, 1, 2, 5, 9].map((n) => `$${name}:${n}$`);

/**
 * For fields and parameters by name: values that the server takes, so that requests get further than its first check. Nothing here makes it
 * wait for long, or ask another machine.
 */
export const hints: Readonly<Record<string, unknown[]>> = {
  command: [['noop'], ['noop'], ['noop'], ['say', 'x'], 'echo x'],
  // A recipe's command is a line of shell, and a function is named beside it.
  spec: [1, 2, 3, 4, 5, 6].map((n) => ({
    name: `recipe-${n}`,
    command: 'noop',
    runyard: { command_list: ['noop'] },
  })),
  // One that a job gets, or what a webhook signs with.
  secret: [...[1, 2, 3, 4, 5, 6].map((n) => ({ name: `PASS_${n}`, value: 'x' })), 'to sign with'],
  executor: ['function', null],
  instance_size: ['small', 'medium', null],
  owner: ['$owner:0$', '$owner:1$', null],
  cron: ['0 6 * * *', '@daily', '*/5 * * * *', '@every 1h'],
  schedule: ['0 6 * * *', null],
  timezone: ['UTC', 'Europe/Berlin', null],
  url: ['http://127.0.0.1:1/x', 'https://127.0.0.1:1/'],
  host: ['127.0.0.1'],
  port: [1],
  timeout_ms: [1, 5, 20],
  job_id: known('job_id'),
  run_id: known('run_id'),
  user_id: known('user_id'),
  group_id: known('group_id'),
  next_key: ['$next_key:0$', 'eyJ4IjoxfQ', '{}', 'W10', 'bnVsbA'],
  prev_key: ['$next_key:0$', 'eyJ4IjoxfQ'],
  after: ['1.0', '1.5', '2.1', '1.999999999'],
  follow: ['false', 'true'],
  check: ['false'],
};
