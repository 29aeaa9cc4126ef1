import { RunyardError } from '../errors.ts';

export interface CronFault {
  /** The whole text, as the caller wrote it. */
  expression: string;
  /** Offset of the first wrong character; the length of the text where something is missing. */
  position: number;
  /** The text found there, up to where it stops being wrong. */
  received: string;
  expected: string;
  /** Name of the field, where it is inside one. */
  field?: string;
  /** Why, where "expected" does not say enough. */
  because?: string;
}

export const cronError = ({ expression, position, received, expected, field, because }: CronFault): RunyardError =>
  new RunyardError(
    'invalid-cron',
    `Cron expression ${quote(expression)}, position ${position}${field === undefined ? '' : `, ${field}`}: ` +
      `${because === undefined ? '' : `${because} `}Expected ${expected}, ` +
      `${received === '' ? 'found nothing.' : `found ${quote(received)}.`}`,
    { position, received, expected },
  );

/** Expressions come from outside and may be of any length; a message is for reading. */
const quote = (text: string): string => JSON.stringify(text.length > 120 ? `${text.slice(0, 117)}...` : text);
