import { type AttemptFailed, infrastructureFailed, startFailed } from '@runyard/core';
import { unreachableWords } from '@runyard/core/executor-kit';

/** What a build that failed means, by the engine's words and the lines that it printed last. */
export const buildFailed = (words: string, lastLines: readonly string[], base: string): AttemptFailed => {
  const [, step, code] = /\/build\/(\S+)\.sh.* returned a non-zero code: (\d+)/.exec(words) ?? [];
  const what = step === undefined ? words : `the step ${step} ended with exit code ${code}`;
  const said = lastLines.length === 0 ? '' : ` It said last:\n${lastLines.join('\n')}`;
  const sentence = `The image cannot be built from ${base}: ${what}.${said}`;
  if (/no space left on device/i.test(words)) return infrastructureFailed('engine-disk-full', sentence);
  if (step !== undefined && unreachable.test(said)) return infrastructureFailed('package-index-unreachable', sentence);
  return startFailed('image-build', sentence);
};

const unreachable = new RegExp(unreachableWords);
