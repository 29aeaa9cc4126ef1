import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRunyard, functionExecutor } from '@runyard/core';
import type { Contender } from '../contender.ts';

const registerJobs = fileURLToPath(new URL('./register-jobs.ts', import.meta.url));

/** As it comes: SQLite at full sync, a log file per run. The schedules are there already, as after any restart. */
export const runyard: Contender = {
  name: 'runyard',
  store: 'SQLite, full sync',
  server: null,
  registersPerSecond: 2000,
  async register({ size, cron, heard }) {
    const dataDir = await mkdtemp(join(tmpdir(), 'runyard-bench-'));
    await once(fork(registerJobs, [dataDir, String(size), cron]), 'exit');
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
    return {
      async close() {
        await engine.close();
        await rm(dataDir, { recursive: true, force: true });
      },
    };
  },
};
