import type { LogLine } from '../../services/api.ts';
import { toFineTimestamp } from '../answers/time.ts';

/** One JSON object for each entry of the log. */
export async function* jsonLines(lines: AsyncIterable<LogLine>): AsyncIterable<string> {
  for await (const line of lines) yield `${lineAsJson(line)}\n`;
}

export const lineAsJson = ({ cursor, at, stream, text }: LogLine): string =>
  JSON.stringify({ cursor, at: toFineTimestamp(at), stream, text });
