import type { LogChunk } from '../../ports/executor.ts';
import type { Behaviour } from './behaviour.ts';
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
  const { output = [], termOutput } = object.behaviour;
  const script: Line[] = output.map((line) => (typeof line === 'string' ? { atMs: 0, text: line } : line));
  const lines = script.filter(({ atMs }) => ran.from + atMs <= ran.to);
  if (termOutput !== undefined && object.termAt !== null && object.termAt <= ran.to)
    lines.push({ atMs: object.termAt - ran.from, text: termOutput });
  // Started a second time, it prints a second time: that is what a faulty executor is caught by.
  const [first = 0] = object.startedAt;
  return object.startedAt
    .flatMap((at) => lines.map((line) => ({ ...line, printedAt: ran.from + line.atMs + at - first })))
    .sort((a, b) => a.printedAt - b.printedAt)
    .map(({ printedAt, text, raw = false, stream = 'stdout' }, index) => ({
      printedAt,
      chunk: {
        cursor: String(index + 1),
        stream,
        bytes: new TextEncoder().encode(raw || text.endsWith('\n') ? text : `${text}\n`),
      },
    }));
}

type Line = Exclude<NonNullable<Behaviour['output']>[number], string>;
