// From POST …/start to the job's first byte of output, against a bare child_process.spawn of the same command, alternating in one
// run. Then the same with a repository of 50 MB in 500 files, already mirrored, against git's own fetch and checkout.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunyard, gitSource, mintToken } from '@runyard/core';
import { runyardRouter } from '@runyard/express-router';
import express from 'express';
import { bigRepository, gitAlone } from './big-repository.ts';

const starts = Number(process.argv[2] ?? 200);
const repositoryStarts = Number(process.argv[3] ?? 9);
// The job says by itself when it began: nanoseconds since the epoch.
const command = 'date +%s%N';

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
const wallMs = (): number => performance.timeOrigin + performance.now();

const dir = await mkdtemp(join(tmpdir(), 'runyard-bench-'));
const { token, record } = mintToken({ name: 'bench', scopes: ['admin'] });
const runyard = await createRunyard({
  dataDir: join(dir, 'data'),
  tokens: [record],
  source: gitSource({ allowFileUrls: true }),
});
const server = express().use(runyardRouter(runyard)).listen(0, '127.0.0.1');
await once(server, 'listening');
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;

// The next start is not measured against the tidying up of the last one.
const disposed = (id: string): Promise<void> =>
  new Promise((resolve) => {
    const look = (event: { run: { id: string } }): void => {
      if (event.run.id !== id) return;
      runyard.off('attempt.disposed', look);
      resolve();
    };
    runyard.on('attempt.disposed', look);
  });

const startMs = async (jobId: string): Promise<number> => {
  const from = wallMs();
  const response = await fetch(`${base}/jobs/${jobId}/start`, {
    method: 'POST',
    headers: { authorization: `token ${token}` },
  });
  const { run } = (await response.json()) as { run: { id: string } };
  await disposed(run.id);
  for await (const { stream, text } of runyard.runs.logs(run.id))
    if (stream !== 'phase') return Number(text) / 1e6 - from;
  throw new Error(`run ${run.id} printed nothing`);
};

const spawnMs = async (): Promise<number> => {
  const from = wallMs();
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [bytes] = (await once(child.stdout, 'data')) as [Buffer];
  await once(child, 'close');
  return Number(bytes.toString()) / 1e6 - from;
};

try {
  const plain = await runyard.jobs.create({ name: 'plain', command });
  for (let i = 0; i < 10; i++) await startMs(plain.id);
  const ours: number[] = [];
  const bare: number[] = [];
  for (let i = 0; i < starts; i++) {
    ours.push(await startMs(plain.id));
    bare.push(await spawnMs());
  }
  const show = (name: string, values: readonly number[]): void =>
    console.log(
      `${name.padEnd(28)} median ${quantile(values, 0.5).toFixed(1).padStart(7)} ms   p99 ${quantile(values, 0.99).toFixed(1).padStart(7)} ms`,
    );
  console.log(`No sources, ${starts} starts`);
  show('bare spawn', bare);
  show('POST …/start → first byte', ours);
  console.log(
    `  over the bare spawn: median ${(quantile(ours, 0.5) - quantile(bare, 0.5)).toFixed(1)} ms (aim ≤ 25), p99 ${(quantile(ours, 0.99) - quantile(bare, 0.99)).toFixed(1)} ms (aim ≤ 60)`,
  );

  const url = await bigRepository(join(dir, 'big'));
  const withSource = await runyard.jobs.create({
    name: 'big',
    command,
    sources: [{ url: `file://${url}`, ref: 'main' }],
  });
  await startMs(withSource.id);
  await gitAlone(url, dir);
  const oursBig: number[] = [];
  const gitBig: number[] = [];
  for (let i = 0; i < repositoryStarts; i++) {
    oursBig.push(await startMs(withSource.id));
    gitBig.push(await gitAlone(url, dir));
  }
  console.log(`\n50 MB in 500 files, already mirrored, ${repositoryStarts} starts`);
  show("git's fetch and checkout", gitBig);
  show('POST …/start → first byte', oursBig);
  console.log(`  ratio of medians: ${(quantile(oursBig, 0.5) / quantile(gitBig, 0.5)).toFixed(2)} (aim ≤ 1.3)`);
} finally {
  server.close();
  server.closeAllConnections();
  await runyard.close();
  await rm(dir, { recursive: true, force: true });
}
