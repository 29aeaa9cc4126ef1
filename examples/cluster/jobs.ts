import type { JobInput } from '@runyard/core';

/** The same on every instance: each applies them at its start, all three at once, and one of them makes each job. */
export const jobs: readonly JobInput[] = [
  {
    name: 'count',
    command: 'for n in 1 2 3 4 5 6 7 8 9 10; do echo "line $n of 10"; sleep 1; done',
  },
  {
    name: 'every-minute',
    command: 'echo "it is $(date -u +%H:%M)"',
    schedule: { cron: '* * * * *' },
    concurrencyPolicy: 'Forbid',
  },
];
