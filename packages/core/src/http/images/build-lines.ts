import { isRunyardError } from '../../domain/errors.ts';
import type { ImageOptions, Images, ImageView } from '../../services/api.ts';
import { imageAnswer } from '../answers/image-answer.ts';
import { toFineTimestamp } from '../answers/time.ts';
import { silence, withSilences } from '../logs/with-silences.ts';
import { problemOf } from '../problem.ts';
import { type BuildLine, newLineQueue } from './line-queue.ts';

type BuildOptions = Omit<NonNullable<Parameters<Images['build']>[1]>, keyof ImageOptions> & { signal: AbortSignal };

/**
 * A build as lines of JSON: its log, its progress, and at last the image or why there is none. What fails before anything was said throws. Aborting ends the
 * waiting.
 */
export async function* buildLines(
  build: (options: BuildOptions) => Promise<ImageView>,
  { signal, keepAliveMs }: { signal: AbortSignal; keepAliveMs: number },
): AsyncGenerator<string> {
  const queue = newLineQueue();
  let silent = true;
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
    for await (const line of withSilences(queue.lines(), keepAliveMs, signal)) {
      yield asText(line === silence ? { type: 'alive' } : line);
      silent = false;
    }
  } catch (error) {
    if (silent) throw error;
    if (!signal.aborted && !isClosing(error)) yield asText({ type: 'error', error: problemOf(error) });
  }
}

const asText = (line: BuildLine): string => `${JSON.stringify(line)}\n`;

// A stream that breaks off without an image was cut, and the client asks again.
const isClosing = (error: unknown): boolean => isRunyardError(error) && error.code === 'closed';
