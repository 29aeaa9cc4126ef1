import { parseArgs } from 'node:util';
import { type Command, type Given, UsageError } from './command.ts';

export type Call = Pick<Given, 'options' | 'words' | 'rest'> & { help: boolean };

/** Reads what stands behind the command's name. Throws `UsageError` for what the command does not know. */
export const parseCall = (command: Command, args: readonly string[]): Call => {
  try {
    const { values, positionals, tokens } = parseArgs({
      args: [...args],
      options: { ...command.options, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
      tokens: true,
    });
    const end = tokens.find(({ kind }) => kind === 'option-terminator')?.index ?? args.length;
    const rest = command.takesRest === true ? args.slice(end + 1) : [];
    return {
      options: values as Call['options'],
      words: positionals.slice(0, positionals.length - rest.length),
      rest,
      help: values.help === true,
    };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
};

/** Whether `--json` was asked for, also of a call that is wrong otherwise. */
export const asksForJson = (args: readonly string[]): boolean => {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? args.length : end).includes('--json');
};
