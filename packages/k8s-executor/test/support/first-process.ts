import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { LaunchSecret } from '@runyard/core';
import { generateScript } from '@runyard/core/executor-kit';
import { placeProgram } from '../../src/manifest/scripts/place.ts';
import { wrapper } from '../../src/manifest/scripts/wrapper.ts';
import type { PodFolder } from './pod-folder.ts';

export interface Running {
  /** Everything that it printed so far. */
  output(): string;
  /** Resolves once that stands in its output. */
  printed(text: string): Promise<void>;
  /** As a kubelet does, to the first process. */
  signal(signal: NodeJS.Signals): void;
  /** Its exit code, once nothing of it runs any more; 128 and the number of the signal that ended it. */
  ended: Promise<number>;
}

type Script = Omit<Parameters<typeof generateScript>[0], 'key'>;

export interface JobToRun extends Script {
  env?: Readonly<Record<string, string>>;
  secrets?: readonly LaunchSecret[];
}

/** Runs a job's wrapper as the first process of a pid namespace. */
export const runJob = (pod: PodFolder, job: JobToRun): Running => {
  const { env = {}, secrets = [], ...script } = job;
  const { text, shell } = generateScript({ key: 'r.1', ...script });
  const main = pod.secret('wrapper', wrapper(pod.at));
  pod.secret('script', text);
  const place = placeProgram(secrets, pod.at);
  if (place !== null) pod.secret('place', place);
  for (const [i, { value }] of secrets.filter(({ type }) => type === 'file').entries()) pod.secret(`file.${i}`, value);
  return runFirst(pod, [main, shell], {
    HOME: pod.at.home,
    RUNYARD_PHASE_FILE: `${pod.at.state}/phase`,
    RUNYARD_SCRATCH_DIR: pod.at.scratch,
    ...env,
  });
};

/** Runs the pod's shell with these arguments, likewise. */
export const runFirst = (
  pod: PodFolder,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Running => {
  const unshare = ['--pid', '--fork', '--kill-child', '--', `${pod.bin}/sh`, ...args];
  const child = spawn('/usr/bin/unshare', unshare, {
    cwd: pod.at.root,
    env: { PATH: pod.bin, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A session of its own, as a container has: a group of processes is one across namespaces.
    detached: true,
  });
  return watched(child);
};

const watched = (child: ChildProcess): Running => {
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  const ended = once(child, 'close').then(([code, signal]) => {
    for (const listener of listeners) listener();
    return signal === null ? Number(code) : 255;
  });
  return {
    output: () => output,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const listener = (): void => {
          if (output.includes(text)) resolve();
          else if (child.exitCode !== null) reject(new Error(`it ended without printing ${text}: ${output}`));
        };
        listeners.add(listener);
        listener();
      }),
    signal: (signal) => process.kill(firstOf(child), signal),
    ended,
  };
};

// `unshare` has one child: the first process of the namespace.
const firstOf = ({ pid }: ChildProcess): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
