import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Outcome } from '../../domain/run/outcome.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Launch } from '../../ports/executor.ts';
import { workerUrl } from '../shared/worker-url.ts';
import { endAttempt, type FunctionAttempt, type Running } from './attempt.ts';
import { inOneLine, toldBy } from './launched.ts';
import type { FunctionSpec } from './spec.ts';
import type { AbortRequest, WorkerInput, WorkerReport } from './worker.ts';

interface RunOptions {
  launch: Launch<FunctionSpec>;
  clock: Clock;
}

/** Runs a module in a worker thread of its own, which can be killed. Undefined where the thread could not be made. */
export function runModule(attempt: FunctionAttempt, module: URL, { launch, clock }: RunOptions): Running | undefined {
  const { name } = launch.spec;
  let cause: Outcome | undefined; // the first one is kept
  let worker: Worker;
  try {
    worker = startWorker(module, launch);
  } catch (error) {
    const sentence = `The worker for "${name}" could not start: ${inOneLine(String(error), launch)}`;
    endAttempt(attempt, { class: 'start-failed', reason: 'module-not-started', sentence });
    return undefined;
  }
  worker.on('message', (report: WorkerReport) => {
    if (report.kind === 'output') attempt.output.write(report.stream, report.data, clock.now());
    else cause ??= outcomeOf(report, launch);
  });
  worker.on('error', (error: unknown) => {
    attempt.output.write('stderr', `${inspect(error)}\n`, clock.now());
    cause ??= outcomeOfError(error, launch);
  });
  worker.on('exit', (code) => endAttempt(attempt, cause ?? { class: 'exited', code })); // comes behind all messages
  worker.unref(); // a job never keeps the host from exiting

  return {
    abort: ({ message }) => worker.postMessage({ abort: message } satisfies AbortRequest),
    async kill() {
      cause ??= { class: 'signalled', signal: 'SIGKILL' };
      await worker.terminate();
    },
  };
}

function startWorker(module: URL, launch: Launch<FunctionSpec>): Worker {
  const { env, ...told } = toldBy(launch);
  return new Worker(workerUrl(import.meta.url, './worker.ts', 'function-worker'), {
    name: launch.key,
    workerData: { module: module.href, told } satisfies WorkerInput,
    env,
    argv: [...told.args],
    resourceLimits: { maxOldGenerationSizeMb: Math.max(smallestHeapMb, launch.size.memoryBytes / 2 ** 20) },
  });
}

// Node itself needs some.
const smallestHeapMb = 16;

function outcomeOf(
  report: Exclude<WorkerReport, { kind: 'output' }>,
  launch: Launch<FunctionSpec>,
): Outcome | undefined {
  const { name } = launch.spec;
  switch (report.kind) {
    case 'returned':
      return { class: 'exited', code: report.code };
    case 'threw':
      return { class: 'exited', code: 1, sentence: `The module "${name}" threw: ${inOneLine(report.text, launch)}` };
    case 'not-loaded': {
      const sentence = `The module "${name}" could not be loaded: ${inOneLine(report.text, launch)}`;
      return { class: 'start-failed', reason: 'module-not-loaded', sentence };
    }
    default:
      return undefined; // a message of the module's own
  }
}

// Thrown outside of the module's function: in a timer, an event, a promise that no one awaits.
function outcomeOfError(error: unknown, launch: Launch<FunctionSpec>): Outcome | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const { name, memoryBytes } = launch.size;
    const sentence = `The module "${launch.spec.name}" needed more than the ${memoryBytes} bytes of its size "${name}".`;
    return { class: 'oom', sentence };
  }
  return outcomeOf({ kind: 'threw', text: String(error) }, launch);
}
