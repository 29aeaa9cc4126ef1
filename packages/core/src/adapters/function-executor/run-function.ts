import { inspect } from 'node:util';
import type { Clock } from '../../ports/clock.ts';
import type { Launch } from '../../ports/executor.ts';
import type { FunctionContext, JobFunction } from '../../ports/job-function.ts';
import { lazyProperty } from '../../ports/lazy-property.ts';
import { endAttempt, type FunctionAttempt, type Running } from './attempt.ts';
import { inOneLine, toldBy } from './launched.ts';
import type { FunctionSpec } from './spec.ts';

interface RunOptions {
  launch: Launch<FunctionSpec>;
  clock: Clock;
}

/** Calls a function of this process. It can be asked to end, but not killed. */
export function runFunction(attempt: FunctionAttempt, job: JobFunction, { launch, clock }: RunOptions): Running {
  let controller: AbortController | undefined;
  const stopping = (): AbortController => {
    controller ??= new AbortController(); // most functions never ask for it
    return controller;
  };
  const told = {
    ...toldBy(launch),
    log: (line: string) => attempt.output.write('stdout', `${line}\n`, clock.now()),
  };
  const ctx: FunctionContext = withSignal(told, () => stopping().signal);
  const returned = (): void => endAttempt(attempt, { class: 'exited', code: 0 });
  const threw = (error: unknown): void => {
    attempt.output.write('stderr', `${inspect(error)}\n`, clock.now());
    const sentence = `The function "${launch.spec.name}" threw: ${inOneLine(String(error), launch)}`;
    endAttempt(attempt, { class: 'exited', code: 1, sentence });
  };
  call(job, ctx).then(returned, threw);
  return {
    abort: (reason) => stopping().abort(reason),
    kill: async () => endAttempt(attempt, { class: 'lost', sentence: ignored(launch.spec.name) }),
  };
}

const withSignal = lazyProperty('signal');

// A function that throws before its first await fails as any other does.
async function call(job: JobFunction, ctx: FunctionContext): Promise<void> {
  await job(ctx);
}

const ignored = (name: string): string =>
  `The function "${name}" ignored ctx.signal for the whole grace. It cannot be killed, so it may still be running in this process.`;
