import type { LogLine } from '../../services/api.ts';
import { toFineTimestamp } from '../answers/time.ts';
import { oncePerLine } from './once-per-line.ts';
import type { RenderLog } from './render-log.ts';

/** One JSON object for each entry of the log. */
export const jsonLines: RenderLog = (read, write) => read((line) => write(lineAsJson(line)));

/** With its newline. */
export const lineAsJson = oncePerLine(({ cursor, at, stream, text }: LogLine): string => {
  return `${JSON.stringify({ cursor, at: toFineTimestamp(at), stream, text })}\n`;
});
