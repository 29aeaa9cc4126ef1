import type { z } from 'zod';
import type { buildLine } from '../schemas/images.ts';

export type BuildLine = z.output<typeof buildLine>;

/** What a build says, until somebody reads it. A build waits for no reader, so of what he is behind with the oldest is left out. */
export interface LineQueue {
  push(line: BuildLine): void;
  /** The last one. */
  end(line: BuildLine): void;
  /** What was said is still read first. */
  fail(error: unknown): void;
  lines(): AsyncGenerator<BuildLine>;
}

const mostLines = 1_000;
const mostCharacters = 256 * 1024;

export const newLineQueue = (): LineQueue => {
  const waiting: BuildLine[] = [];
  let characters = 0;
  let leftOut = 0;
  let over: { error?: unknown } | null = null;
  let news = Promise.withResolvers<void>();
  const wake = (): void => {
    news.resolve();
    news = Promise.withResolvers();
  };
  const push = (line: BuildLine): void => {
    // Of progress only the last counts.
    if (line.type === 'progress' && waiting.at(-1)?.type === 'progress') waiting.pop();
    waiting.push(line);
    characters += lengthOf(line);
    while (waiting.length > 1 && (waiting.length > mostLines || characters > mostCharacters)) {
      characters -= lengthOf(waiting.shift());
      leftOut++;
    }
    wake();
  };
  return {
    push,
    end(line) {
      push(line);
      over = {};
      wake();
    },
    fail(error) {
      over = { error };
      wake();
    },
    async *lines() {
      for (;;) {
        const lines = leftOut;
        leftOut = 0;
        if (lines > 0) yield { type: 'left_out', lines };
        const line = waiting.shift();
        if (line) {
          characters -= lengthOf(line);
          yield line;
        } else if (over === null) await news.promise;
        else if ('error' in over) throw over.error;
        else return;
      }
    },
  };
};

const lengthOf = (line: BuildLine | undefined): number => (line?.type === 'log' ? line.text.length : 0);
