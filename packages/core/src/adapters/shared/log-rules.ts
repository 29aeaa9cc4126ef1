import { RunyardError } from '../../domain/errors.ts';

/** What every log store agrees on: which keys there are, and what the mark of a cut log says. */

const keyShape = /^([0-9a-f]{32})\.(\d{1,9})$/;

/** Takes an attempt's key apart. Keys name files, so anything else is refused. */
export function parseLogKey(key: string): { runId: string; attempt: string } {
  const [, runId, attempt] = keyShape.exec(key) ?? [];
  if (runId === undefined || attempt === undefined) {
    throw new RunyardError('invalid-request', 'A log is named by its attempt: 32 hex digits, a dot and a number.', {
      field: 'key',
      expected: '<runId>.<attempt>',
      received: key.slice(0, 80),
    });
  }
  return { runId, attempt };
}

export function invalidCursor(cursor: string): RunyardError {
  return new RunyardError(
    'invalid-request',
    'That cursor is not one of this log; leave it out to read from the start.',
    {
      field: 'after',
      expected: 'the cursor of an entry of this log',
      received: cursor.slice(0, 80),
    },
  );
}

export function logClosed(key: string, how: 'sealed' | 'closed'): RunyardError {
  return new RunyardError('closed', `The log of ${key} was ${how}; nothing can be appended to it.`);
}

/** What the cap has cost so far. */
export interface Dropped {
  bytes: number;
  lines: number;
}

export const nothingDropped: Dropped = { bytes: 0, lines: 0 };

export function drop(dropped: Dropped, text: string): Dropped {
  return { bytes: dropped.bytes + Buffer.byteLength(text), lines: dropped.lines + text.split('\n').length - 1 };
}

/** The text of the mark; `dropped` is null as long as the log is still written. */
export function cutText(capBytes: number, dropped: Dropped | null): string {
  const where = `Output was cut here: the log reached its cap of ${capBytes} bytes.`;
  return dropped === null ? `${where}\n` : `${where} ${dropped.bytes} bytes in ${dropped.lines} lines were dropped.\n`;
}
