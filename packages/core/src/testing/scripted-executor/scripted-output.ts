import type { LogChunk } from '../../ports/executor.ts';
import { ranFor, type ScriptedObject } from './scripted-object.ts';

/** A line of the script's output with the instant at which it is printed. */
export interface ScriptedLine {
  printedAt: number;
  chunk: LogChunk;
}

/** All that the object prints in its life, in order: what comes behind its end is never printed. */
export function outputOf(object: ScriptedObject): ScriptedLine[] {
  const ran = ranFor(object);
  if (ran === null) return [];
  const lines = (object.behaviour.output ?? []).map((line) =>
    typeof line === 'string' ? { atMs: 0, text: line } : line,
  );
  return lines
    .map((line) => ({ ...line, printedAt: ran.from + line.atMs }))
    .filter(({ printedAt }) => printedAt <= ran.to)
    .sort((a, b) => a.printedAt - b.printedAt)
    .map(({ printedAt, text, ...rest }, index) => ({
      printedAt,
      chunk: {
        cursor: String(index + 1),
        stream: 'stream' in rest && rest.stream !== undefined ? rest.stream : 'stdout',
        bytes: new TextEncoder().encode(text.endsWith('\n') ? text : `${text}\n`),
      },
    }));
}
