import type { Outcome } from '../../domain/run/outcome.ts';
import type { Handle } from '../../domain/run/run.ts';
import type {
  Executor,
  ExecutorInput,
  Inspection,
  Launch,
  LaunchSource,
  Listed,
  Progress,
} from '../../ports/executor.ts';
import { limited } from './limited.ts';
import { plainOutput } from './plain-output.ts';
import type { DeedLaunch } from './script-launch.ts';
import { type SourceParts, sourceThat } from './sources.ts';
import { until } from './until.ts';

/** What is needed of a test runner: Vitest, Jest and Bun have it as it is. */
export interface ExecutorTestTools {
  describe(name: string, body: () => void): void;
  it: {
    (name: string, body: () => Promise<void>, timeoutMs?: number): void;
    skip(name: string, body: () => Promise<void>): void;
  };
  expect(value: unknown): {
    toEqual(expected: unknown): void;
    toMatchObject(expected: object): void;
  };
}

export interface ExecutorSuite extends ExecutorTestTools {
  create(): Promise<ExecutorUnderTest>;
  /** false leaves out the rules about other processes. */
  durable?: boolean;
  /** Names of rules that cannot hold for this executor; they are shown as skipped. */
  skip?: readonly string[];
  /** Real ms that one rule may take; then it is given up, and what it made is removed all the same. Default 30 s. */
  limitMs?: number;
}

/** An executor over a real engine, and what the suite has to do behind its back. */
export interface ExecutorUnderTest {
  executor: Executor;
  /** A second executor over the same engine, as another process would have it. Needed unless `durable` is false. */
  another?(): Promise<Executor>;
  /** A launch of a job that does the deed, with a key of its own; `scriptLaunch` serves executors that run the script. */
  launch(job: DeedLaunch): Launch;
  /** How many processes of the attempt are alive, seen from outside. Needed to prove that none is left. */
  alive?(key: string): Promise<number>;
  /** Puts something that is not ours where `prepare` would make this attempt; tells whether it is still as it was. */
  occupy?(launch: Launch): Promise<Stranger>;
  /** Makes the engine one that cannot be asked, until `back`. What runs on it goes on. */
  unreachable?(): Promise<{ back(): Promise<void> }>;
  /**
   * Ends a running attempt behind the executor's back, and puts something that is not ours where its handle points: a process that
   * got its pid, a container that got its name.
   */
  recycle?(handle: Handle): Promise<Stranger>;
  /**
   * A source as the executor's engine can fetch it by itself: at `url` and `commit` there is one file, `file`, with that text, and `credential` waits for
   * `before`. Absent: sources are checked out on this side (`LaunchSource.checkout`).
   */
  source?(parts: SourceParts): Promise<LaunchSource>;
  /** UUIDs of GPUs that a launch may hold here. Needed to prove that `list` tells them; absent: this executor leases none. */
  gpus?: readonly string[];
  /** Parts of a job that `parseSpec` accepts, where `{ command: 'true' }` alone would not do. */
  input?: Partial<ExecutorInput>;
  /** Removes everything that was made; the executors are closed by then. */
  dispose(): Promise<void>;
}

/** Something that is not ours. */
export interface Stranger {
  /** Whether it is still as it was. */
  untouched(): Promise<boolean>;
}

/** An executor with the few verbs that the rules are told in. */
export interface Bench extends ExecutorUnderTest {
  expect: ExecutorTestTools['expect'];
  /** Aborted when the rule has been proved, or not. */
  signal: AbortSignal;
  another(): Promise<Executor>;
  source(parts: SourceParts): Promise<LaunchSource>;
  prepared(launch: Launch): Promise<Handle>;
  started(launch: Launch): Promise<Handle>;
  state(handle: Handle, executor?: Executor): Promise<Inspection['state']>;
  outcome(handle: Handle, executor?: Executor): Promise<Outcome>;
  progress(handle: Handle): Promise<Progress[]>;
  /** The output without the script's own lines. */
  output(handle: Handle, options?: { after?: string; follow?: boolean; executor?: Executor }): Promise<string>;
  /** Waits until the attempt has printed it. */
  printed(handle: Handle, text: string): Promise<void>;
  listed(installation: string): Promise<Listed[]>;
  /** What a call was refused with. */
  refusal(call: () => Promise<unknown>): Promise<unknown>;
}

export type Rules = Readonly<Record<string, (bench: Bench) => Promise<void>>>;

/** Each rule as a test, on an engine of its own. */
export const suiteRules = (suite: ExecutorSuite, rules: Rules): void => {
  for (const [name, prove] of Object.entries(rules)) {
    const limitMs = suite.limitMs ?? 30_000;
    const test = suite.skip?.includes(name) ? suite.it.skip : suite.it;
    const body = async (): Promise<void> => {
      const over = new AbortController();
      const under = await suite.create();
      const executors = [under.executor];
      const another = async (): Promise<Executor> => {
        const made = await under.another?.();
        if (!made) throw new Error('describeExecutor: `another` is needed here.');
        executors.push(made);
        return made;
      };
      try {
        await limited(prove(benchOf(suite, { ...under, another }, over.signal)), limitMs);
      } finally {
        over.abort(new Error('the rule is over'));
        for (const executor of executors) await executor.close?.({ graceMs: 0 });
        await under.dispose();
      }
    };
    test(name, body, limitMs + tidyingMs);
  }
};

// The runner's own limit comes behind ours, since it would leave behind what the rule made.
const tidyingMs = 30_000;

const benchOf = (
  { expect }: ExecutorSuite,
  under: ExecutorUnderTest & Pick<Bench, 'another'>,
  signal: AbortSignal,
): Bench => {
  const { executor } = under;
  const bench: Bench = {
    ...under,
    source: under.source ?? (async (parts) => sourceThat(parts)),
    expect,
    signal,
    prepared: (launch) => executor.prepare(launch, signal),
    async started(launch) {
      const handle = await executor.prepare(launch, signal);
      await executor.start(handle, { launch, signal });
      return handle;
    },
    state: async (handle, by = executor) => (await by.inspect(handle, signal)).state,
    outcome: (handle, by = executor) => by.wait(handle, { signal, onProgress: () => {} }),
    async progress(handle) {
      const seen: Progress[] = [];
      await executor.wait(handle, { signal, onProgress: (progress) => seen.push(progress) });
      return seen;
    },
    async output(handle, { executor: by = executor, ...options } = {}) {
      const parts: Uint8Array[] = [];
      for await (const { bytes } of logsOf(by)(handle, { ...options, signal })) parts.push(bytes);
      return plainOutput(parts);
    },
    printed: (handle, text) =>
      until(async () => (await bench.output(handle)).includes(text), `the output to have ${text}`, signal),
    async listed(installation) {
      if (!executor.list) throw new Error('describeExecutor: this rule needs `list`; else name it in `skip`.');
      const all: Listed[] = [];
      for await (const one of executor.list(installation, signal)) all.push(one);
      return all;
    },
    refusal: (call) =>
      call().then(
        () => 'it was not refused',
        (error: unknown) => error,
      ),
  };
  return bench;
};

/** The verb of an executor that has it: without it a rule would wait in vain for what it prints. */
export const logsOf = (executor: Executor): NonNullable<Executor['logs']> => {
  if (!executor.logs) throw new Error('describeExecutor: this rule needs `logs`; else name it in `skip`.');
  return executor.logs.bind(executor);
};
