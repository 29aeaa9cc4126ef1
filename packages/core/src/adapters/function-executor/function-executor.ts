import { ExecutorUnavailable, RunyardError } from '../../domain/errors.ts';
import { AttemptMissing, startFailed } from '../../domain/run/launch-errors.ts';
import type { Handle } from '../../domain/run/run.ts';
import type { Executor, Inspection } from '../../ports/executor.ts';
import type { Host } from '../../ports/host.ts';
import type { JobFunction } from '../../ports/job-function.ts';
import { type FunctionAttempt, newAttempt } from './attempt.ts';
import { runFunction } from './run-function.ts';
import { runModule } from './run-module.ts';
import { type FunctionSpec, parseFunctionSpec } from './spec.ts';
import { stopAttempt } from './stop.ts';

export interface FunctionExecutorOptions {
  /** By the name that a job's `command` begins with. */
  functions?: Readonly<Record<string, JobFunction>>;
  /** Modules whose default export is a `JobFunction`; each attempt gets a worker thread, which can be killed. */
  modules?: Readonly<Record<string, URL>>;
  /** How much output of one attempt is held in memory for the log to read. */
  outputBytes?: number;
}

/** Jobs that are code of the host: they run in this process and die with it. Also has what `runyard.define` is given. */
export function functionExecutor(options: FunctionExecutorOptions = {}): (host: Host) => Executor<FunctionSpec> {
  const functions = new Map(Object.entries(options.functions ?? {}));
  const modules = new Map(Object.entries(options.modules ?? {}));
  const own = namesOf(functions, modules);
  const outputBytes = options.outputBytes ?? 8 * 2 ** 20;
  return (host) => {
    const { clock } = host;
    const known = (): string[] => [...own, ...(host.functions?.keys() ?? [])];
    const isKnown = (name: string): boolean => own.includes(name) || (host.functions?.has(name) ?? false);
    const attempts = new Map<string, FunctionAttempt>();
    const place = host.entropy.id(); // this process: no other one ever answers for it
    let lastId = 0;
    let closed = false;

    const find = (handle: Handle): FunctionAttempt | undefined => {
      if (handle.place !== place) throw elsewhere(handle);
      const attempt = attempts.get(String(handle.key));
      return attempt?.id === handle.id ? attempt : undefined;
    };
    const handleOf = ({ key, id }: FunctionAttempt): Handle => ({ v: 1, place, key, id });
    // Nothing is filled, so an inert one is adopted.
    const createOrAdopt = (key: string, installation: string): FunctionAttempt => {
      const known = attempts.get(key);
      if (known) return known;
      const attempt = newAttempt({ key, id: ++lastId, installation, createdAt: clock.now() }, outputBytes);
      attempts.set(key, attempt);
      return attempt;
    };

    return {
      name: 'function',
      durable: false,
      place: async () => place,
      parseSpec: (input) => parseFunctionSpec(input, known()),

      async prepare(launch) {
        if (closed) throw closing();
        const { key, installation, spec } = launch;
        if (!isKnown(spec.name)) throw gone(spec.name);
        return handleOf(createOrAdopt(key, installation));
      },

      reserve: (key, installation) => handleOf(createOrAdopt(key, installation)),

      async start(handle, { launch }) {
        if (closed) throw closing();
        const attempt = find(handle);
        if (attempt === undefined) throw new AttemptMissing(`The function executor has no attempt ${handle.key}.`);
        if (attempt.startedAt !== undefined) return;
        if (attempt.outcome !== undefined)
          throw new AttemptMissing(`Attempt ${handle.key} was stopped before it was started.`);
        const job = functions.get(launch.spec.name) ?? host.functions?.get(launch.spec.name);
        const module = modules.get(launch.spec.name);
        if (job === undefined && module === undefined) throw gone(launch.spec.name);
        attempt.startedAt = clock.now();
        if (module !== undefined) attempt.running = runModule(attempt, module, { launch, clock });
        else if (job !== undefined) attempt.running = runFunction(attempt, job, { launch, clock });
        attempt.changes.ring();
      },

      inspect: async (handle) => inspectionOf(find(handle)),

      async wait(handle, { signal, onProgress }) {
        const attempt = find(handle);
        if (attempt === undefined) return { class: 'lost', sentence: 'The attempt was removed.' };
        let told = false;
        for (;;) {
          if (!told && attempt.startedAt !== undefined) {
            onProgress({ state: 'running', phase: 'command', at: attempt.startedAt });
            told = true;
          }
          if (attempt.outcome !== undefined) return attempt.outcome;
          await attempt.changes.next(signal);
        }
      },

      async stop(handle, { graceMs, signal }) {
        const attempt = find(handle);
        if (attempt !== undefined) await stopAttempt(attempt, { graceMs, clock, signal, reason: asked() });
      },

      async remove(handle, signal) {
        const attempt = find(handle);
        if (attempt === undefined) return;
        if (attempt.outcome === undefined) await stopAttempt(attempt, { graceMs: 0, clock, signal, reason: asked() });
        attempt.output.end();
        attempts.delete(attempt.key);
      },

      async *logs(handle, options) {
        const attempt = find(handle);
        if (attempt !== undefined) yield* attempt.output.read(options);
      },

      async *list(installation) {
        for (const attempt of [...attempts.values()]) {
          if (attempt.installation !== installation) continue;
          const { key, createdAt } = attempt;
          yield { key, handle: handleOf(attempt), state: inspectionOf(attempt).state, createdAt };
        }
      },

      async close({ graceMs } = { graceMs: 30_000 }) {
        closed = true;
        const { signal } = new AbortController();
        const stopOne = (attempt: FunctionAttempt): Promise<void> => {
          attempt.hostClosed = true;
          return stopAttempt(attempt, { graceMs, clock, signal, reason: new Error('The host is closing.') });
        };
        await Promise.all([...attempts.values()].map(stopOne));
      },
    };
  };
}

function inspectionOf(attempt: FunctionAttempt | undefined): Inspection {
  if (attempt === undefined) return { state: 'missing' };
  if (attempt.outcome !== undefined) return { state: 'finished', outcome: attempt.outcome };
  return { state: attempt.startedAt === undefined ? 'prepared' : 'running' };
}

function namesOf(functions: ReadonlyMap<string, unknown>, modules: ReadonlyMap<string, unknown>): string[] {
  const twice = [...functions.keys()].find((name) => modules.has(name));
  if (twice === undefined) return [...functions.keys(), ...modules.keys()];
  const sentence = `functionExecutor: "${twice}" is both a function and a module. Rename one of them.`;
  throw new RunyardError('invalid-option', sentence, { field: 'modules', received: twice });
}

const elsewhere = ({ key, place }: Handle): ExecutorUnavailable =>
  new ExecutorUnavailable(`Attempt ${key} runs in another process (${place}); only that one can be asked about it.`);

const closing = (): ExecutorUnavailable =>
  new ExecutorUnavailable('This process is closing and starts no more functions.');

// The job was saved when there was one; this deploy has it no more.
const gone = (name: string) =>
  startFailed(
    'unknown-function',
    `This host has no function "${name}" (any more). Give it to functionExecutor({ functions }).`,
  );

// Functions throw it on, and it goes to their log, in which our own stack says nothing.
const asked = (): Error => {
  const error = new Error('The attempt was asked to stop.');
  error.stack = `${error.name}: ${error.message}`;
  return error;
};
