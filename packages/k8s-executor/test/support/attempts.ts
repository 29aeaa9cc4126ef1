import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Executor,
  type ExecutorInput,
  isRunyardError,
  type Launch,
  type Outcome,
  type Progress,
} from '@runyard/core';
import { generateScript } from '@runyard/core/executor-kit';
import { executorInput } from '@runyard/core/testing';
import type { K8sHandle } from '../../src/handle.ts';
import { k8sExecutor } from '../../src/k8s-executor.ts';
import type { K8sExecutorOptions } from '../../src/options.ts';
import type { TestCluster } from './cluster/test-cluster.ts';
import { temporaryHost } from './temporary-host.ts';
import { until } from './until.ts';

/** An executor on a test's cluster, as a host of its own has it. Disposing of it removes the attempts that it began. */
export interface Attempts extends AsyncDisposable {
  readonly executor: Executor;
  readonly signal: AbortSignal;
  launch(parts: Parts): Launch;
  prepare(parts: Parts | Launch): Promise<K8sHandle>;
  /** Prepares and starts it, and waits for it as the engine does: who could not ask asks again. */
  begin(parts: Parts | Launch): Promise<Attempt>;
  /** The whole log of an attempt that has ended, also of others; without the script's own lines. */
  log(handle: K8sHandle): Promise<string>;
  /** Until an attempt has printed that. */
  printed(handle: K8sHandle, text: string): Promise<void>;
  /** As `begin`, to its end. */
  run(parts: Parts | Launch): Promise<{ handle: K8sHandle; outcome: Outcome; progress: Progress[]; log: string }>;
}

/** A launch whose command is a piece of shell. `job`: parts of the job that the executor judges at save. */
export type Parts = Partial<Omit<Launch, 'script'>> & { sh: string; job?: Partial<ExecutorInput> };

export interface Attempt {
  readonly handle: K8sHandle;
  readonly launch: Launch;
  readonly outcome: Promise<Outcome>;
  /** All of it so far. */
  readonly progress: Progress[];
  /** Begins to read its log as it is written. */
  follow(): FollowedLog;
  /** Its whole log, once it has ended; without the script's own lines. */
  log(): Promise<string>;
  /** Until it has printed that. */
  printed(text: string): Promise<void>;
  stop(graceMs: number): Promise<void>;
}

export interface FollowedLog {
  /** What has come so far, without the script's own lines. */
  text(): string;
  /** All of it. */
  readonly whole: Promise<string>;
}

export const openAttempts = async (
  { options }: TestCluster,
  more: Partial<K8sExecutorOptions> & { installation?: string } = {},
): Promise<Attempts> => {
  const { installation = '1'.repeat(32), ...wanted } = more;
  const host = await temporaryHost();
  const executor = k8sExecutor({ ...options, ...wanted })(host) as Executor;
  const over = new AbortController();
  const { signal } = over;
  const made: K8sHandle[] = [];

  const attempts: Attempts = {
    ...{ executor, signal },
    launch({ sh, job = {}, ...parts }) {
      const key = parts.key ?? `${crypto.randomUUID().replaceAll('-', '')}.1`;
      const input = executorInput({ command: sh, ...job });
      const { command, startScript, workingDir, extraPackages } = input;
      return {
        ...{ installation, spec: executor.parseSpec(input), size: tiny, gpus: [], sources: [], env: {}, secrets: [] },
        ...{ limits: { startMs: null, runMs: null, graceMs: 30_000 }, onProgress() {}, log() {} },
        ...parts,
        key,
        script: generateScript({ key, command, startScript, workingDir, extraPackages }),
      };
    },
    async prepare(parts) {
      const launch = 'script' in parts ? parts : attempts.launch(parts);
      const handle = (await executor.prepare(launch, signal)) as K8sHandle;
      made.push(handle);
      return handle;
    },
    async begin(parts) {
      const launch = 'script' in parts ? parts : attempts.launch(parts);
      const handle = await attempts.prepare(launch);
      await executor.start(handle, { launch, signal });
      return attemptOf(attempts, { handle, launch });
    },
    log: (handle) => readLog(executor, handle, { follow: true, signal }),
    printed: (handle, text) =>
      until(
        async () => (await readLog(executor, handle, { follow: false, signal })).includes(text),
        `the log to have ${text}`,
      ),
    async run(parts) {
      const { handle, outcome, progress, log } = await attempts.begin(parts);
      return { handle, outcome: await outcome, progress, log: await log() };
    },
    async [Symbol.asyncDispose]() {
      try {
        await Promise.all(made.map((handle) => executor.remove(handle, signal)));
      } finally {
        over.abort(new Error('the test is over'));
        await executor.close?.();
        await host[Symbol.asyncDispose]();
      }
    },
  };
  return attempts;
};

// Many of them find room on a small machine.
const tiny = { name: 'tiny', cpu: 0.05, memoryBytes: 128 * 2 ** 20, gpu: null };

const attemptOf = (attempts: Attempts, { handle, launch }: Pick<Attempt, 'handle' | 'launch'>): Attempt => {
  const { executor, signal } = attempts;
  const progress: Progress[] = [];
  const onProgress = (one: Progress): void => void progress.push(one);
  const outcome = patiently(() => executor.wait(handle, { signal, onProgress }));
  outcome.catch(() => {});
  return {
    ...{ handle, launch, outcome, progress },
    follow: () => followed({ executor, handle, signal }),
    log: () => attempts.log(handle),
    printed: (text) => attempts.printed(handle, text),
    stop: (graceMs) => executor.stop(handle, { graceMs, signal }),
  };
};

const readLog = async (
  executor: Executor,
  handle: K8sHandle,
  options: { follow: boolean; signal: AbortSignal },
): Promise<string> => {
  const parts: Uint8Array[] = [];
  for await (const { bytes } of executor.logs?.(handle, options) ?? []) parts.push(bytes);
  return plain(parts);
};

const followed = ({
  executor,
  handle,
  signal,
}: {
  executor: Executor;
  handle: K8sHandle;
  signal: AbortSignal;
}): FollowedLog => {
  const parts: Uint8Array[] = [];
  let after: string | undefined;
  const whole = patiently(async () => {
    const from = after === undefined ? {} : { after };
    for await (const { bytes, cursor } of executor.logs?.(handle, { ...from, follow: true, signal }) ?? []) {
      parts.push(bytes);
      after = cursor;
    }
    return plain(parts);
  });
  whole.catch(() => {});
  return { text: () => plain(parts), whole };
};

/** What the script announces its phases by begins with U+001E. */
const plain = (parts: readonly Uint8Array[]): string =>
  Buffer.concat(parts)
    .toString('utf8')
    .split('\n')
    .filter((line) => !line.startsWith('\u001e'))
    .join('\n');

/** Calls it again while it could not ask. */
const patiently = async <T>(call: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isRunyardError(error) || error.code !== 'executor-unavailable') throw error;
      await sleep(50);
    }
  }
};
