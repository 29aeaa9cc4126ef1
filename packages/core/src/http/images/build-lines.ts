import { isRunyardError } from '../../domain/errors.ts';
import { each } from '../../ports/each.ts';
import type { ImageOptions, Images, ImageView } from '../../services/api.ts';
import { imageAnswer } from '../answers/image-answer.ts';
import { toFineTimestamp } from '../answers/time.ts';
import { withSilences } from '../logs/with-silences.ts';
import type { Write } from '../plain-answer.ts';
import { problemOf } from '../problem.ts';
import { type BuildLine, newLineQueue } from './line-queue.ts';

type BuildOptions = Omit<NonNullable<Parameters<Images['build']>[1]>, keyof ImageOptions> & { signal: AbortSignal };

export interface BuildLines {
  write: Write;
  signal: AbortSignal;
  keepAliveMs: number;
}

/**
 * Writes a build as lines of JSON: its log, its progress, and at last the image or why there is none. What fails before anything was said throws. Aborting ends
 * the waiting.
 */
export const buildLines = async (
  build: (options: BuildOptions) => Promise<ImageView>,
  { write, signal, keepAliveMs: ms }: BuildLines,
): Promise<void> => {
  const queue = newLineQueue();
  let silent = true;
  const say = (line: BuildLine): ReturnType<Write> => {
    silent = false;
    return write(`${JSON.stringify(line)}\n`);
  };
  build({
    signal,
    onLog: (text) => queue.push({ type: 'log', text }),
    onProgress: ({ state, phase = null, sentence = null, at }) =>
      queue.push({ type: 'progress', state, phase, sentence, at: toFineTimestamp(at) }),
  })
    .then((image) => queue.end({ type: 'image', image: imageAnswer(image) }))
    // Also where the builder's own answer cannot be told: nobody else hears of it.
    .catch(queue.fail);
  try {
    await withSilences({ ms, signal, alive: () => say({ type: 'alive' }) }, (heard) =>
      each(queue.lines(), (line) => {
        heard();
        return say(line);
      }),
    );
  } catch (error) {
    if (silent) throw error;
    if (!signal.aborted && !isClosing(error)) await say({ type: 'error', error: problemOf(error) });
  }
};

// A stream that breaks off without an image was cut, and the client asks again.
const isClosing = (error: unknown): boolean => isRunyardError(error) && error.code === 'closed';
