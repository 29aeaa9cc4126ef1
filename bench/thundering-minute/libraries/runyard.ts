import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunyard, functionExecutor } from '@runyard/core';
import { type Contender, inParallel } from '../contender.ts';

/** As it comes: SQLite at full sync, a log file per run. */
export const runyard: Contender = {
  name: 'runyard',
  store: 'SQLite, full sync',
  server: null,
  registersPerSecond: 2000,
  async register({ size, cron, heard }) {
    const dataDir = await mkdtemp(join(tmpdir(), 'runyard-bench-'));
    const engine = await createRunyard({
      dataDir,
      executors: {
        function: functionExecutor({ functions: { nothing: ({ args }) => heard.called(Number(args[0])) } }),
      },
    });
    engine.on('occurrence.recorded', ({ occurrence }) => {
      if (occurrence.runId !== null) heard.recorded();
    });
    engine.on('run.succeeded', heard.ended);
    engine.on('error', ({ error, sentence }) => console.error(sentence, error));
    await inParallel(size, 200, (index) =>
      engine.jobs.create({ name: `job-${index}`, command: ['nothing', String(index)], schedule: { cron } }),
    );
    return {
      async close() {
        await engine.close();
        await rm(dataDir, { recursive: true, force: true });
      },
    };
  },
};
