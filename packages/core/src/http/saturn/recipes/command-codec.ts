import { shellQuote } from '../../../domain/run/shell-quote.ts';
import { commandLine } from '../../names/command-line.ts';
import type { Codec } from '../../names/name-row.ts';

/**
 * A recipe's command: a line of shell, or a list of them, also as JSON in a text: all are run, one after another, and the job fails where one of them does.
 * We have no such lists, so a list becomes a script that says what it was made from.
 */
export const commandCodec: Codec = {
  read: (value) => {
    const list = Array.isArray(value) ? (value as string[]) : listIn(value);
    if (list === null) return value;
    return list.length === 1 ? list[0] : script(list);
  },
  write: (value) => (Array.isArray(value) ? commandLine(value as string[]) : (queueIn(value) ?? oneLine(value))),
};

// A line of shell that would be read as a list is written as a list of that one.
const oneLine = (value: unknown): unknown => (listIn(value) === null ? value : JSON.stringify([value]));

/** Whether a command is a list that was made into a script. */
export const isQueue = (command: unknown): boolean => queueIn(command) !== null;

const mark = '# One after another: ';

// Each in a shell of its own: what one of them sets or leaves is nothing to the others.
const script = (list: readonly string[]): string =>
  [
    `${mark}${JSON.stringify(list)}`,
    'failed=0',
    ...list.map((each) => `sh -c ${shellQuote(each)} || failed=$?`),
    'exit "$failed"',
  ].join('\n');

const queueIn = (command: unknown): string | null => {
  if (typeof command !== 'string' || !command.startsWith(mark)) return null;
  const json = command.slice(mark.length, command.indexOf('\n'));
  const list = listIn(json);
  return list !== null && script(list) === command ? json : null;
};

const listIn = (value: unknown): string[] | null => {
  if (typeof value !== 'string' || !value.trimStart().startsWith('[')) return null;
  try {
    const list = JSON.parse(value) as unknown;
    const isList =
      Array.isArray(list) && list.length > 0 && list.every((each) => typeof each === 'string' && each.trim() !== '');
    return isList ? list : null;
  } catch {
    // `[ -f x ] && run` is a line of shell.
    return null;
  }
};
