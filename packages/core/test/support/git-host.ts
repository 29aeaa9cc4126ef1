import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunyard } from '../../src/create-runyard.ts';
import type { SourceSpec } from '../../src/domain/job/job.ts';
import type { Run } from '../../src/domain/run/run.ts';
import type { RunyardOptions } from '../../src/services/options.ts';
import type { Runyard } from '../../src/services/runyard.ts';

export const owner = 'group:lab';

export interface GitHost extends AsyncDisposable {
  runyard: Runyard;
  /** Runs a job once that prints `a.txt` of each source, and of the submodule `sub` where there is one. */
  run(source: Partial<SourceSpec> & { url: string }, fields?: { owner?: string }): Promise<{ run: Run; log: string }>;
  /** All that is written down or told anywhere, now that it is closed. */
  everything(): Promise<string[]>;
}

/** A whole Runyard with real processes, SQLite and git, whose credentials belong to `owner`. */
export const gitHost = async (options: RunyardOptions = {}): Promise<GitHost> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'runyard-git-'));
  const runyard = await createRunyard({
    dataDir,
    encryptionKeys: [{ id: 'k1', key: randomBytes(32) }],
    defaults: { backoff: { infrastructureLimit: 0 } },
    ...options,
  });
  const told: unknown[] = [];
  for (const name of [
    'run.starting',
    'run.failed',
    'attempt.progress',
    'attempt.ended',
    'job.changed',
    'error',
  ] as const)
    runyard.on(name, ({ runyard: _, ...event }) => void told.push(event));
  let made = 0;
  return {
    runyard,
    async run(source, fields = {}) {
      const job = await runyard.jobs.create({
        ...{ name: `job-${++made}`, owner, command: 'cat a.txt; if [ -d sub ]; then cat sub/a.txt; fi' },
        ...fields,
        sources: [source],
      });
      const { id } = await runyard.jobs.start(job.id);
      const run = await runyard.runs.wait(id);
      let log = '';
      for await (const { text } of runyard.runs.logs(id)) log += text;
      told.push(job, run, log, await runyard.runs.get(id), await runyard.jobs.get(job.id));
      return { run, log };
    },
    async everything() {
      told.push(await runyard.audit.list({ limit: 1000 }), await runyard.gitCredentials.list(), await runyard.health());
      await runyard.close();
      return [JSON.stringify(told), ...(await allFiles(dataDir))];
    },
    async [Symbol.asyncDispose]() {
      await runyard.close();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

/** The arguments of all processes of this machine. */
export const processList = (): string => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });

const allFiles = async (dir: string): Promise<string[]> => {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')));
};
