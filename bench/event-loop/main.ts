// How long the host's event loop is ever blocked while 200 runs start and end on a disk whose every fsync takes 100 ms longer.
// From source, since the slow worker is no part of the package.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { sqliteStore } from '../../packages/core/src/adapters/sqlite-store/sqlite-store.ts';
import { createRunyard } from '../../packages/core/src/create-runyard.ts';

const runs = Number(process.argv[2] ?? 200);
const resolution = 1;

const dir = await mkdtemp(join(tmpdir(), 'runyard-bench-'));
const delay = monitorEventLoopDelay({ resolution });
const blocked = (): string =>
  `longest block ${(delay.max / 1e6 - resolution).toFixed(1)} ms, p99 ${(delay.percentile(99) / 1e6 - resolution).toFixed(1)} ms`;

// What this machine does to a loop that has nothing to do.
delay.enable();
await new Promise((resolve) => setTimeout(resolve, 5000));
console.log(`idle loop, 5 s:              ${blocked()}`);

for (const [name, worker] of [
  ['disk as it is', undefined],
  ['every fsync 100 ms slower', new URL('./slow-disk-worker.ts', import.meta.url)],
] as const) {
  const runyard = await createRunyard({
    dataDir: join(dir, name.replaceAll(' ', '-')),
    store: sqliteStore(worker ? { worker } : {}),
  });
  try {
    const job = await runyard.jobs.create({ name: 'quick', command: 'echo done' });
    await runyard.runs.wait((await runyard.jobs.start(job.id)).id);
    delay.reset();
    const from = performance.now();
    const ended = await Promise.all(
      Array.from({ length: runs }, async () => runyard.runs.wait((await runyard.jobs.start(job.id)).id)),
    );
    const succeeded = ended.filter(({ state }) => state === 'succeeded').length;
    console.log(
      `${name.padEnd(28)} ${blocked()}   (aim ≤ 20 ms; ${succeeded} of ${runs} runs succeeded in ${((performance.now() - from) / 1000).toFixed(1)} s)`,
    );
  } finally {
    await runyard.close();
  }
}
delay.disable();
await rm(dir, { recursive: true, force: true });
