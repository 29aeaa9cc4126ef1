import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, sep } from 'node:path';
import type { Run, Runyard } from '@runyard/core';
import { needlesOf, type Search, searcher } from './needles.ts';
import { type Owner, type QuietHost, quietHost } from './quiet-host.ts';
import { type SeenFile, searchFiles } from './search-files.ts';
import { shapes } from './shapes.ts';
import { tellingGitServer } from './telling-git-server.ts';
import { watchProcesses } from './watch-processes.ts';

export interface Searched {
  runs: number;
  needles: number;
  /** Where a secret was seen that may be nowhere; empty: nowhere. */
  seen: string[];
  /** Of what may show one while its job runs, how often it was seen to: without any, nothing was looked at. */
  seenInJobs: { files: number; processes: number };
  looks: { files: number; bytes: number; processes: number };
  logs: { lines: number; masked: number; whole: number };
  endings: Record<string, number>;
}

/** How many runs go on at a time. */
const width = 6;

/**
 * Lets so many runs say their secrets in every way that we know, and looks for these meanwhile and afterwards: in every file of the data directory, in
 * every process, in logs, events, lines of the host's log, and in all that can be read of jobs and runs.
 */
export const searchAfterRuns = async ({ runs }: { runs: number }): Promise<Searched> => {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'runyard-secrets-'));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const server = stack.use(await tellingGitServer());
  const git = { url: server.url, password: `${randomBytes(20).toString('base64url')}:+/` };
  const owners: Owner[] = ['user:ann', 'group:lab'].map((id) => ({ id, shapes: shapes() }));
  const needles = owners.flatMap(({ id, shapes }) => needlesOf(id, shapes));
  // Git's own process has what it logs in with in its environment; of jobs it is seen nowhere.
  const gitNeedles = needlesOf('git', [{ name: 'password', value: git.password, type: 'file' }]);
  const all = [...needles, ...gitNeedles];
  const seenIn = searcher(all);

  const dataDir = join(dir, 'data');
  const host = await quietHost(dataDir, { owners, git });
  stack.defer(() => host.close());
  const processes = watchProcesses(searcher(needles));
  stack.defer(() => processes.stop());
  const looks = { files: 0, bytes: 0 };
  const seen: string[] = [];
  const seenInJobs = { files: 0, processes: 0 };
  const lookThrough = async (when: string): Promise<void> => {
    const found = await searchFiles(dataDir, seenIn);
    looks.files += found.files;
    looks.bytes += found.bytes;
    for (const file of found.seen)
      if (isOfRunningJob(file, dataDir)) seenInJobs.files++;
      else seen.push(`${when}: ${file.path.slice(dataDir.length)} (${file.mode}): ${file.what.slice(0, 3).join('; ')}`);
  };

  await allOf(host, runs, lookThrough);
  await allDisposed(host.runyard);
  await processes.stop();
  seen.push(...processes.seen);
  seenInJobs.processes = processes.inJobs;
  const logs = await searchLogs(host.runyard, seenIn);
  seen.push(...logs.seen, ...seenIn(Buffer.from(await host.told())).map((what) => `told: ${what}`));
  const left = seenInJobs.files;
  await lookThrough('at the end');
  await host.close();
  await lookThrough('after the close');
  if (seenInJobs.files > left) seen.push(`${seenInJobs.files - left} files of jobs that have ended`);
  return {
    runs: logs.runs,
    needles: all.length,
    seen: [...new Set(seen)],
    seenInJobs: { ...seenInJobs, files: left },
    looks: { ...looks, processes: processes.looks },
    logs: { lines: logs.lines, masked: logs.masked, whole: logs.whole },
    endings: logs.endings,
  };
};

// A few at a time; looked at while they run, and once another host takes over in the middle of it.
const allOf = async (host: QuietHost, runs: number, lookThrough: (when: string) => Promise<void>): Promise<void> => {
  const { jobs } = host;
  for (let from = 0; from < runs; from += width) {
    const batch = Array.from({ length: Math.min(width, runs - from) }, (_, i) => jobs[(from + i) % jobs.length] ?? '');
    const begun = await Promise.all(batch.map((job) => host.runyard.jobs.start(job)));
    const isMiddle = from <= runs / 2 && from + width > runs / 2;
    if (isMiddle) await host.again();
    if (isMiddle || (from / width) % 4 === 0) {
      await someSay(host.runyard, begun);
      await lookThrough('while they run');
    }
    await Promise.all(begun.map(({ id }) => host.runyard.runs.wait(id)));
  }
};

// One of them at least has said something, and has not ended.
const someSay = async (runyard: Runyard, runs: readonly Run[]): Promise<void> => {
  const over = new AbortController();
  const first = async ({ id }: Run): Promise<void> => {
    for await (const { stream } of runyard.runs.logs(id, { follow: true, signal: over.signal }))
      if (stream !== 'phase') return;
  };
  await Promise.race(runs.map((run) => first(run).catch(() => {})));
  over.abort();
};

const allDisposed = async (runyard: Runyard): Promise<void> => {
  const over = Promise.withResolvers<void>();
  const look = async (): Promise<void> => {
    const { items } = await runyard.runs.list({ limit: 1000 });
    const views = await Promise.all(items.map(({ id }) => runyard.runs.get(id)));
    if (views.every(({ attempts }) => attempts.every(({ state }) => state === 'disposed'))) over.resolve();
  };
  const again = (): void => void look().catch(over.reject);
  runyard.on('attempt.disposed', again);
  again();
  await over.promise.finally(() => runyard.off('attempt.disposed', again));
};

// The raw output, and the secrets that are files: for the user alone that the job runs as.
const isOfRunningJob = ({ path, mode }: SeenFile, dataDir: string): boolean => {
  if (!path.startsWith(join(dataDir, 'attempts') + sep)) return false;
  const name = basename(path);
  return (name === 'raw.log' && mode === '0600') || (name.startsWith('secrets-of-') && mode === '0400');
};

interface SearchedLogs {
  seen: string[];
  runs: number;
  lines: number;
  masked: number;
  whole: number;
  endings: Record<string, number>;
}

const searchLogs = async (runyard: Runyard, seenIn: Search): Promise<SearchedLogs> => {
  const result: SearchedLogs = { seen: [], runs: 0, lines: 0, masked: 0, whole: 0, endings: {} };
  const { items } = await runyard.runs.list({ limit: 1000 });
  for (const run of items) {
    const texts: string[] = [];
    for await (const { text } of runyard.runs.logs(run.id)) texts.push(text);
    const log = texts.join('');
    result.runs++;
    result.lines += texts.length;
    result.masked += texts.filter((text) => text.includes('***')).length;
    if (/^said (all of it|\d+ things)$/m.test(log)) result.whole++;
    const end = `${run.state} ${run.reason}`;
    result.endings[end] = (result.endings[end] ?? 0) + 1;
    result.seen.push(...seenIn(Buffer.from(log)).map((what) => `log of ${run.id} (${end}): ${what}`));
    result.seen.push(...seenIn(Buffer.from(sentenceOf(run))).map((what) => `sentence of ${run.id}: ${what}`));
  }
  return result;
};

const sentenceOf = ({ sentence }: Run): string => sentence ?? '';
