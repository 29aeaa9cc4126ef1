import { Logger, parseCronItems, run } from 'graphile-worker';
import type { Contender } from '../contender.ts';

export const graphileWorker: Contender = {
  name: 'graphile-worker',
  store: 'PostgreSQL',
  server: 'postgres',
  registersPerSecond: 1000,
  async register({ size, cron, url, heard }) {
    const items = Array.from({ length: size }, (_, index) => ({
      task: 'nothing',
      match: cron,
      identifier: `schedule-${index}`,
      payload: { index },
    }));
    await run({
      connectionString: url,
      logger: new Logger(() => () => {}),
      noHandleSignals: true,
      preset: { worker: { concurrentJobs: 10, localQueue: { size: 200, refetchDelay: { durationMs: 10 } } } },
      taskList: { nothing: async (payload) => heard.called((payload as { index: number }).index) },
      parsedCronItems: parseCronItems(items),
    });
    return {};
  },
};
