import { setTimeout as sleep } from 'node:timers/promises';
import { type FunctionContext, functionExecutor, type JobInput, processExecutor } from '@runyard/core';

/** Where jobs run: functions of this service, and commands beside it. */
export const executors = {
  function: functionExecutor({ functions: { remind } }),
  process: processExecutor(),
};

/** What this service wants to run, as code: each boot applies it, and nothing happens where nothing changed. */
export const jobs: readonly JobInput[] = [
  {
    name: 'send-reminders',
    owner: 'group:accounting',
    executor: 'function',
    command: ['remind'],
    schedule: { cron: '0 8 * * 1-5', timezone: 'Europe/Berlin' },
    concurrencyPolicy: 'Forbid',
  },
  {
    name: 'monthly-close',
    owner: 'group:accounting',
    executor: 'process',
    command: 'for step in ledger taxes archive; do echo "closing $MONTH: $step"; done',
    env: { MONTH: 'last month' },
    schedule: { cron: '0 5 1 * *', timezone: 'Europe/Berlin' },
    backoff: { limit: 2 },
  },
];

// A function that the service has already; `ctx.log` writes into the log of the run.
async function remind({ args, log, signal }: FunctionContext): Promise<void> {
  for (const invoice of args.length > 0 ? args : ['2026-014', '2026-019']) {
    await sleep(50, undefined, { signal }); // a mail is sent
    log(`reminded the customer of ${invoice}`);
  }
}
