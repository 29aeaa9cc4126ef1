import type { Take } from '../../ports/each.ts';
import type { LogLine } from '../../services/api.ts';
import type { Write } from '../plain-answer.ts';

/** Writes a log in one form, as it is read. `signal` ends the reading. */
export type RenderLog = (
  read: (take: Take<LogLine>) => Promise<void>,
  write: Write,
  signal: AbortSignal,
) => Promise<void>;
