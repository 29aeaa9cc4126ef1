import { inspect } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import type { FunctionContext, JobFunction } from '../../ports/job-function.ts';

// The worker thread of one attempt: loads the module, calls its default export, says how that ended, exits.

export interface WorkerInput {
  module: string;
  told: Pick<FunctionContext, 'runId' | 'attempt' | 'args' | 'idempotencyKey'>;
}

export interface AbortRequest {
  abort: string;
}

export type WorkerReport =
  | { kind: 'output'; stream: 'stdout' | 'stderr'; data: string | Uint8Array }
  | { kind: 'returned'; code: number }
  | { kind: 'threw'; text: string }
  | { kind: 'not-loaded'; text: string };

const { module, told } = workerData as WorkerInput;
const report = (message: WorkerReport): void => parentPort?.postMessage(message);
const stopping = new AbortController();
parentPort?.on('message', ({ abort }: AbortRequest) => stopping.abort(new Error(abort)));
capture('stdout');
capture('stderr');
void main();

async function main(): Promise<void> {
  const job = await load();
  if (job !== undefined) await run(job);
  process.exit();
}

async function load(): Promise<JobFunction | undefined> {
  try {
    const loaded: { default?: unknown } = await import(module);
    if (typeof loaded.default === 'function') return loaded.default as JobFunction;
    report({ kind: 'not-loaded', text: 'its default export is not a function.' });
  } catch (error) {
    process.stderr.write(`${inspect(error)}\n`);
    report({ kind: 'not-loaded', text: String(error) });
  }
  return undefined;
}

async function run(job: JobFunction): Promise<void> {
  try {
    const env = { ...process.env } as Record<string, string>;
    const log = (line: string): unknown => process.stdout.write(`${line}\n`);
    await job({ ...told, env, signal: stopping.signal, log });
    report({ kind: 'returned', code: Number(process.exitCode ?? 0) });
  } catch (error) {
    process.stderr.write(`${inspect(error)}\n`);
    report({ kind: 'threw', text: String(error) });
  }
}

// Output goes the way of the reports: so it keeps its order, none is lost by `process.exit()`, and the host may exit
// (the streams that Node's own `stdout: true` gives would keep it from that).
function capture(stream: 'stdout' | 'stderr'): void {
  const write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done): boolean => {
    report({ kind: 'output', stream, data: plain(chunk, encoding) });
    const called = typeof encoding === 'function' ? encoding : done;
    if (called !== undefined) process.nextTick(called);
    return true;
  };
  process[stream].write = write;
}

type Done = (error?: Error | null) => void;

// A message carries the whole memory behind an array, so a part of it is copied out.
function plain(chunk: string | Uint8Array, encoding: BufferEncoding | Done | undefined): string | Uint8Array {
  if (typeof chunk !== 'string') return new Uint8Array(chunk);
  if (typeof encoding !== 'string' || /^utf-?8$/i.test(encoding)) return chunk;
  return new Uint8Array(Buffer.from(chunk, encoding));
}
