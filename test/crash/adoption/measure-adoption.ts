import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDatabase } from '../database.ts';
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
 * One long job, and hosts that are killed one after another while it runs: each time another one, which is there already, takes it
 * on. On SQLite it waits for the lock of the same data directory; on PostgreSQL it serves the same place, and waits for the lease
 * to end.
 */
export const measureAdoption = async (times: number, on: 'sqlite' | 'postgres'): Promise<Adoptions> => {
  const dir = await mkdtemp(join(tmpdir(), 'runyard-adoption-'));
  await using server = on === 'postgres' ? await startDatabase(null) : null;
  const shared = server && join(dir, 'shared');
  if (shared) mkdirSync(shared);
  const one: HostSetup = {
    dataDir: join(dir, 'one'),
    database: server?.database ?? null,
    storeTime: null,
    leaseMs,
    shared,
    dieAt: null,
  };
  const other = server ? { ...one, dataDir: join(dir, 'other') } : one;
  const ms: number[] = [];
  const started: StandBy[] = [];
  const begin = (setup: HostSetup): StandBy => {
    const next = standBy(setup);
    started.push(next);
    return next;
  };
  try {
    let holder = await begin(one).up;
    const executor = shared ? 'shared' : 'process';
    const [jobId = ''] = await holder.call('apply', [{ name: 'long', executor, command: untilTold(dir) }]);
    const runId = await holder.call('start', jobId);
    while (!existsSync(join(dir, 'progress'))) await sleep(20);
    for (let n = 0; n < times; n++) {
      const next = begin(n % 2 === 0 ? other : one);
      await (server ? next.up : next.opening);
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
    const left = leftOfAttempts(dir, [one.dataDir, other.dataDir, ...(shared ? [shared] : [])]);
    return { ms: ms.sort((a, b) => a - b), state: run.state, said, log, left };
  } finally {
    for (const { up } of started) await up.then((host) => host.kill()).catch(() => {});
    await rm(dir, { recursive: true, force: true });
  }
};

/** The default. */
export const leaseMs = 10_000;

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
