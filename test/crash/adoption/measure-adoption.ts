import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HostProcess, startHostProcess } from '../host/host-process.ts';
import type { HostSetup } from '../host/setup.ts';
import { leftOfAttempts } from '../leftovers.ts';

export interface Adoptions {
  /** From each SIGKILL of the holder to the adoption by another host, ms, shortest first. */
  ms: number[];
  state: string;
  /** What the job said, and what its log has of it. */
  said: string;
  log: string;
  left: string[];
}

/**
 * One long job, and hosts that are killed one after another while it runs: each time another one, which is there already, takes it on.
 * It waits for the lock of the same data directory.
 */
export const measureAdoption = async (times: number): Promise<Adoptions> => {
  const dir = await mkdtemp(join(tmpdir(), 'runyard-adoption-'));
  const setup: HostSetup = {
    dataDir: join(dir, 'data'),
    database: null,
    storeTime: null,
    leaseMs: 10_000,
    shared: null,
    dieAt: null,
  };
  const ms: number[] = [];
  let holder = await standBy(setup).up;
  try {
    const [jobId = ''] = await holder.call('apply', [{ name: 'long', command: untilTold(dir) }]);
    const runId = await holder.call('start', jobId);
    while (!existsSync(join(dir, 'progress'))) await sleep(20);
    for (let n = 0; n < times; n++) {
      const next = standBy(setup);
      await next.opening;
      // Somewhere in the middle of whatever it does.
      await sleep(100 + ((n * 37) % 100));
      const killed = performance.now();
      await holder.kill();
      await next.adopted;
      ms.push(performance.now() - killed);
      holder = await next.up;
    }
    writeFileSync(join(dir, 'stop'), '');
    const { run, log } = await holder.call('outcome', runId);
    // As the job itself counted them.
    const lines = Number(readFileSync(join(dir, 'lines'), 'utf8'));
    const said = Array.from({ length: lines }, (_, i) => `line ${i + 1}\n`).join('');
    const left = leftOfAttempts(dir, [setup.dataDir]);
    return { ms: ms.sort((a, b) => a - b), state: run.state, said, log, left };
  } finally {
    await holder.kill();
    await rm(dir, { recursive: true, force: true });
  }
};

interface StandBy {
  opening: Promise<void>;
  adopted: Promise<void>;
  up: Promise<HostProcess>;
}

const standBy = (setup: HostSetup): StandBy => {
  const opening = Promise.withResolvers<void>();
  const adopted = Promise.withResolvers<void>();
  const up = startHostProcess(setup, ({ news }) => {
    if (news === 'opening') opening.resolve();
    if (news === 'adopted') adopted.resolve();
  });
  up.catch((error: unknown) => {
    opening.reject(error);
    adopted.reject(error);
  });
  return { opening: opening.promise, adopted: adopted.promise, up };
};

const untilTold = (dir: string): string =>
  `i=0; until [ -e '${dir}/stop' ]; do i=$((i+1)); echo "line $i"; : >'${dir}/progress'; sleep 0.01; done; echo "$i" >'${dir}/lines'`;
