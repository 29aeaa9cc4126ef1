// How much slower a start gets its code through Runyard than by git alone: resolve + checkout of a repository of 50 MB
// in 500 files, on the same disk and already mirrored, against git's own `fetch` and `worktree add` in a bare
// repository. Prints the ratio of the medians; the promise is at most 1.3. `node bench/git-source.ts [rounds]`
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gitSource } from '../packages/core/src/adapters/git-source/git-source.ts';
import { systemClock } from '../packages/core/src/adapters/system-clock/system-clock.ts';
import { systemEntropy } from '../packages/core/src/adapters/system-entropy/system-entropy.ts';

const rounds = Number(process.argv[2] ?? 15);
const promised = 1.3;
const run = promisify(execFile);
const git = async (cwd: string, ...args: string[]) => (await run('git', args, { cwd })).stdout.trim();

const folder = await mkdtemp(join(tmpdir(), 'runyard-bench-'));
try {
  const origin = join(folder, 'origin');
  const commit = await makeRepository(origin);

  const bare = join(folder, 'bare.git');
  await git(folder, 'clone', '--quiet', '--mirror', `file://${origin}`, bare);
  const byGit = async (dir: string) => {
    await git(bare, 'fetch', '--prune');
    await git(bare, 'worktree', 'add', '--detach', dir, commit);
  };

  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const dataDir = join(folder, 'data');
  const host = { dataDir, place: 'bench', clock: systemClock(), entropy: systemEntropy(), logger };
  const source = gitSource({ allowFileUrls: true })(host);
  const spec = { url: `file://${origin}`, ref: 'main', refType: null, path: null, credential: null };
  const wanted = { ...spec, submodules: false, lfs: false };
  const options = { signal: new AbortController().signal, credential: () => Promise.reject(), log() {} };
  const byRunyard = async (dir: string) => {
    const resolved = await source.resolve(wanted, options);
    await source.checkout(wanted, resolved.commit, dir, options);
  };

  const ways = { git: byGit, runyard: byRunyard };
  const times: Record<keyof typeof ways, number[]> = { git: [], runyard: [] };
  for (let round = -2; round < rounds; round++) {
    // Each way goes first in every other round; the first two rounds warm the caches and make the mirror.
    const order = round % 2 === 0 ? (['git', 'runyard'] as const) : (['runyard', 'git'] as const);
    for (const way of order) {
      const dir = join(folder, `${way}-${round}`);
      await run('sync');
      const began = performance.now();
      await ways[way](dir);
      if (round >= 0) times[way].push(performance.now() - began);
      await rm(dir, { recursive: true });
    }
  }
  await source.close?.();

  const ratio = median(times.runyard) / median(times.git);
  const figures = `git ${median(times.git).toFixed(0)} ms, runyard ${median(times.runyard).toFixed(0)} ms`;
  console.log(`git-source: ${ratio.toFixed(2)} × git's own fetch and checkout (${figures}; promised ${promised} ×)`);
  if (ratio > promised) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function makeRepository(dir: string): Promise<string> {
  await mkdir(dir);
  await git(dir, 'init', '--quiet', '-b', 'main');
  for (let n = 0; n < 500; n++) {
    const sub = join(dir, `part-${n % 20}`);
    await mkdir(sub, { recursive: true });
    await writeFile(join(sub, `${n}.bin`), randomBytes(50_000_000 / 500));
  }
  await git(dir, 'add', '.');
  await git(dir, '-c', 'user.name=b', '-c', 'user.email=b@example.org', 'commit', '--quiet', '-m', 'bench');
  return git(dir, 'rev-parse', 'HEAD');
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
