import type { LogStream } from '@runyard/core';

/**
 * One line of a chunk before it is compressed, a JSON array:
 * - `[at, stream, text]`: an entry;
 * - `['cut', at, capBytes]`: the mark. How much was dropped is said by the log's own row, once it is sealed.
 */
export type LogRecord =
  | { kind: 'entry'; at: number; stream: LogStream; text: string }
  | { kind: 'cut'; at: number; capBytes: number };

export const recordLine = (record: LogRecord): Buffer =>
  Buffer.from(
    `${JSON.stringify(
      record.kind === 'cut' ? ['cut', record.at, record.capBytes] : [record.at, record.stream, record.text],
    )}\n`,
  );

export const parseRecord = (line: string): LogRecord => {
  const [head, second, third] = JSON.parse(line) as [unknown, unknown, unknown];
  return head === 'cut'
    ? { kind: 'cut', at: Number(second), capBytes: Number(third) }
    : { kind: 'entry', at: Number(head), stream: second as LogStream, text: String(third) };
};
