import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Search } from './needles.ts';

export interface ProcessWatch {
  /** Processes outside of jobs that show a secret in their arguments or their environment. */
  readonly seen: string[];
  /** How many processes of jobs did, which is their own business: without any, nothing was looked at. */
  readonly inJobs: number;
  readonly looks: number;
  stop(): Promise<void>;
}

const pauseMs = 20;

/** Looks at the arguments and the environment of every process of this machine, again and again. */
export const watchProcesses = (seenIn: Search): ProcessWatch => {
  const seen = new Set<string>();
  let inJobs = 0;
  let looks = 0;
  const over = new AbortController();

  const known = new Map<string, Buffer>();

  const look = async (pid: string): Promise<void> => {
    const args = await textOf(`/proc/${pid}/cmdline`);
    // Its environment is what it was when it began to be that program.
    if (args === undefined || known.get(pid)?.equals(args)) return;
    const environment = await textOf(`/proc/${pid}/environ`);
    // One that became another program meanwhile is looked at next time.
    if (environment === undefined || !(await textOf(`/proc/${pid}/cmdline`))?.equals(args)) return;
    known.set(pid, args);
    const what = [...seenIn(args).map((one) => `args: ${one}`), ...seenIn(environment).map((one) => `env: ${one}`)];
    if (what.length === 0) return;
    if (isOfJob(args, environment)) inJobs++;
    else seen.add(`${args.toString().replaceAll('\0', ' ').slice(0, 60)}: ${what[0]}`);
  };

  const watching = (async () => {
    while (!over.signal.aborted) {
      const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
      for (let at = 0; at < pids.length; at += 32) await Promise.all(pids.slice(at, at + 32).map(look));
      looks++;
      await sleep(pauseMs);
    }
  })();

  return {
    get seen() {
      return [...seen];
    },
    get inJobs() {
      return inJobs;
    },
    get looks() {
      return looks;
    },
    async stop() {
      over.abort();
      await watching;
    },
  };
};

// The shell that looks after an attempt has the attempt's key in its environment too, and is not of the job: it runs `sh -s`.
const isOfJob = (args: Buffer, environment: Buffer): boolean =>
  environment.includes('RUNYARD_ATTEMPT=') && !args.subarray(0, 12).equals(Buffer.from('/bin/sh\0-s\0/'));

const textOf = (path: string): Promise<Buffer | undefined> => readFile(path).catch(() => undefined);
