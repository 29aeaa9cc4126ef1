import { inspect } from 'node:util';

export interface RecordedEvent {
  name: string;
  payload: unknown;
}

interface Missed {
  why: string;
  name: string;
  recorded: readonly RecordedEvent[];
  cause: unknown;
}

/** The error of a wait that ended without its event: says what did happen. */
export function missed({ why, name, recorded, cause }: Missed): Error {
  const matching = recorded.filter((event) => event.name === name).length;
  const near = matching === 0 ? '' : ` ${matching} of that name came, but none that was asked for.`;
  const message = `${why} for '${name}'.${near} ${seen(recorded)}`;
  return new Error(message, cause === undefined ? undefined : { cause });
}

function seen(recorded: readonly RecordedEvent[]): string {
  if (recorded.length === 0) return 'No event was recorded at all.';
  const last = recorded.slice(-shown).map(({ name, payload }) => `  ${name} ${inBrief(payload)}`);
  const before = recorded.length > shown ? `, the last ${shown}` : '';
  return `Recorded: ${recorded.length}${before}:\n${last.join('\n')}`;
}

const shown = 20;

// Enough to tell one run from another. Every event of a Runyard carries the Runyard, which tells nothing.
function inBrief(payload: unknown): string {
  const told = typeof payload === 'object' && payload !== null ? { ...payload, runyard: undefined } : payload;
  const text = inspect(told, { depth: 1, compact: true, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 60 });
  return text.replace(', runyard: undefined', '').slice(0, 300);
}
