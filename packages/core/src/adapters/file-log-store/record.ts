import type { LogStream, NewLogEntry } from '../../ports/log-store.ts';
import type { Dropped } from '../shared/log-rules.ts';

/**
 * One line of a log file, always a JSON array:
 * - `[at, stream, text, sourceCursor?]`: an entry;
 * - `[at, 'phase', text, sourceCursor | null, [bytes, lines]]`: an entry behind the cut, with what was dropped so far,
 *   so that a writer that takes over counts on from there;
 * - `['cut', at, capBytes]`: the mark. How much was dropped is said by the end record;
 * - `['end', bytes, lines]`: sealed.
 */
export type LogRecord =
  | { kind: 'entry'; at: number; stream: LogStream; text: string; sourceCursor?: string; dropped?: Dropped }
  | { kind: 'cut'; at: number; capBytes: number }
  | { kind: 'end'; dropped: Dropped };

export function entryLine({ at, stream, text, sourceCursor }: NewLogEntry, dropped?: Dropped): Buffer {
  if (dropped !== undefined) return line([at, stream, text, sourceCursor ?? null, [dropped.bytes, dropped.lines]]);
  return line(sourceCursor === undefined ? [at, stream, text] : [at, stream, text, sourceCursor]);
}

export function cutLine(at: number, capBytes: number): Buffer {
  return line(['cut', at, capBytes]);
}

export function endLine({ bytes, lines }: Dropped): Buffer {
  return line(['end', bytes, lines]);
}

/** null for what is not a record: a block that never reached the disk when the power went. */
export function parseRecord(bytes: Buffer): LogRecord | null {
  const value = parseJson(bytes);
  if (!Array.isArray(value)) return null;
  const [head, second, third, sourceCursor, dropped] = value as unknown[];
  if (head === 'cut') return { kind: 'cut', at: Number(second), capBytes: Number(third) };
  if (head === 'end') return { kind: 'end', dropped: { bytes: Number(second), lines: Number(third) } };
  if (typeof head !== 'number' || typeof third !== 'string') return null;
  return {
    kind: 'entry',
    at: head,
    stream: second as LogStream,
    text: third,
    ...(typeof sourceCursor === 'string' && { sourceCursor }),
    ...(Array.isArray(dropped) && { dropped: { bytes: Number(dropped[0]), lines: Number(dropped[1]) } }),
  };
}

function line(value: unknown[]): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}
