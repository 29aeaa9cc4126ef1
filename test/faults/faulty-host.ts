import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobInput, LogLine, Run, Runyard } from '@runyard/core';

/** Collects what a host says of faults in the background, and waits for what it will say. */
export const faultsOf = (runyard: Runyard) => {
  const sentences: string[] = [];
  const waiting = new Set<() => void>();
  runyard.on('error', ({ error, sentence }) => {
    sentences.push(`${sentence} ${error instanceof Error ? error.message : error}`);
    for (const look of waiting) look();
  });
  return {
    sentences,
    /** Resolves with the first sentence that fits, also one that was said already. */
    said: (wanted: RegExp): Promise<string> =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = sentences.find((sentence) => wanted.test(sentence));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
};

/** A job that says that it has begun, waits for its gate (or for the end of the test), and then does the rest. */
export const gatedJob = (dir: string, name: string, rest: string): { input: JobInput; open(): void } => {
  const gate = join(dir, `gate-${name}`);
  return {
    input: { name, command: `echo begun; until [ -e ${gate} ] || [ ! -d ${dir} ]; do sleep 0.05; done; ${rest}` },
    open: () => writeFileSync(gate, ''),
  };
};

/** A job whose record takes about one MiB. */
export const largeJob = (name: string): JobInput => {
  const env = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`LARGE_${i}`, 'x'.repeat(100_000)]));
  return { name, command: 'true', env };
};

export const startJob = async (runyard: Runyard, input: JobInput): Promise<Run> => {
  const job = (await runyard.jobs.list({ name: input.name })).items[0] ?? (await runyard.jobs.create(input));
  return runyard.jobs.start(job.id);
};

export const firstLine = async (runyard: Runyard, runId: string): Promise<string> => {
  for await (const { stream, text } of runyard.runs.logs(runId, { follow: true })) if (stream !== 'phase') return text;
  throw new Error('It ended without a word.');
};

/** Asks until the run says so of itself (no event tells), and tells its state then. */
export const sentenceOf = async (runyard: Runyard, runId: string, wanted: RegExp): Promise<Run['state']> => {
  for (;;) {
    const { sentence, state } = await runyard.runs.get(runId);
    if (sentence !== null && wanted.test(sentence)) return state;
  }
};

/** The output of a run, to its end. */
export const wholeLog = async (runyard: Runyard, runId: string): Promise<string> => {
  const parts: LogLine['text'][] = [];
  for await (const { stream, text } of runyard.runs.logs(runId, { follow: true }))
    if (stream !== 'phase') parts.push(text);
  return parts.join('');
};
