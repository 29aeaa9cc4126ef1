import { Logger, makeWorkerUtils, run, type WorkerUtils } from 'graphile-worker';
import { inParallel } from '../in-parallel.ts';
import { type Contender, callers, countdown, oneByOne, timed } from './contender.ts';

const quiet = new Logger(() => () => {});

const graphileWorker = (how: string, worker: GraphileConfig.WorkerOptions): Contender => ({
  name: 'graphile-worker',
  store: `PostgreSQL, ${how}`,
  server: 'postgres',
  acceptsInTime: false,
  async throughput({ jobs, url }) {
    const utils = await open(url);
    for (let added = 0; added < jobs; added += 1000)
      await utils.addJobs(
        Array.from({ length: Math.min(1000, jobs - added) }, (_, index) => ({
          identifier: 'nothing',
          payload: { index },
        })),
      );
    const ends = countdown(jobs);
    return timed(jobs, async () => {
      const nothing = async (): Promise<void> => ends.hit();
      await run({
        connectionString: url,
        logger: quiet,
        noHandleSignals: true,
        preset: { worker },
        taskList: { nothing },
      });
      await ends.all;
    });
  },
  ...(how === 'no local queue' && {
    async latency({ starts, url }) {
      const utils = await open(url);
      let called = (): void => {};
      const nothing = async (): Promise<void> => called();
      await run({
        connectionString: url,
        logger: quiet,
        noHandleSignals: true,
        preset: { worker },
        taskList: { nothing },
      });
      return oneByOne(starts, (began) => {
        called = began;
        return utils.addJob('nothing', {});
      });
    },
  }),
});

export const graphileAlone = graphileWorker('no local queue', { concurrentJobs: 10 });

export const graphileQueue = graphileWorker('local queue of 500', {
  concurrentJobs: 24,
  localQueue: { size: 500, refetchDelay: { durationMs: 10 } },
  completeJobBatchDelay: 0,
  failJobBatchDelay: 0,
});

/** As Runyard is timed: each job is accepted by a call of its own, by as many callers, while others are done. */
export const graphileAccepting: Contender = {
  name: 'graphile-worker',
  store: 'PostgreSQL, no local queue',
  server: 'postgres',
  acceptsInTime: true,
  async throughput({ jobs, url }) {
    const utils = await open(url);
    const ends = countdown(jobs);
    const nothing = async (): Promise<void> => ends.hit();
    const preset = { worker: { concurrentJobs: 10 } };
    await run({ connectionString: url, logger: quiet, noHandleSignals: true, preset, taskList: { nothing } });
    return timed(jobs, async () => {
      await inParallel(jobs, callers, () => utils.addJob('nothing', {}));
      await ends.all;
    });
  },
};

const open = async (connectionString: string): Promise<WorkerUtils> => {
  const utils = await makeWorkerUtils({ connectionString, logger: quiet });
  await utils.migrate();
  return utils;
};
