import type { LogLine } from '../../services/api.ts';
import { toFineTimestamp } from '../answers/time.ts';

/** One JSON object for each entry of the log. */
export async function* jsonLines(lines: AsyncIterable<LogLine>): AsyncIterable<string> {
  for await (const line of lines) yield `${lineAsJson(line)}\n`;
}

// Followers of a log share its lines.
const written = new WeakMap<LogLine, string>();

export const lineAsJson = (line: LogLine): string => {
  const known = written.get(line);
  if (known !== undefined) return known;
  const { cursor, at, stream, text } = line;
  const json = JSON.stringify({ cursor, at: toFineTimestamp(at), stream, text });
  written.set(line, json);
  return json;
};
