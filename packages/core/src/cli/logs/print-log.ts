import type { LogEntry } from '../client/shapes.ts';
import type { Paint } from '../output/paint.ts';
import type { Terminal } from '../terminal.ts';

/** Prints the output exactly as it was; what happened around it as lines of their own, `[runyard] …`. */
export const printLog = async (
  entries: AsyncIterable<LogEntry>,
  { out, paint }: { out: Terminal['out']; paint: Paint },
): Promise<void> => {
  let atLineStart = true;
  for await (const { stream, text } of entries) {
    if (text === '') continue;
    if (stream === 'phase')
      await out(`${atLineStart ? '' : '\n'}${paint.faint(`[runyard] ${text.replace(/\n$/, '')}`)}\n`);
    else await out(text);
    atLineStart = stream === 'phase' || text.endsWith('\n');
  }
};
