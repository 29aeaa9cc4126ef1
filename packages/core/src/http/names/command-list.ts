import { isDeepStrictEqual } from 'node:util';
import { RunyardError } from '../../domain/errors.ts';
import { commandLine } from './command-line.ts';
import type { Plain } from './paths.ts';

/**
 * The body with the list that a job's command was answered as, `command_list`, as its command. Throws where `command` says something else than that list, or
 * the line of shell that it is answered as.
 */
export const withCommandList = ({ command_list: list, ...body }: Plain): Plain => {
  if (!Array.isArray(list)) return body;
  const { command } = body;
  const isSame = command === undefined || command === commandLine(list) || isDeepStrictEqual(command, list);
  if (isSame) return { ...body, command: list };
  throw new RunyardError(
    'invalid-request',
    '`command_list` and `command` mean the same and differ: give one of them.',
    { field: 'command_list', expected: 'the value of command, or nothing', received: JSON.stringify(list) },
  );
};
