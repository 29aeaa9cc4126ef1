import { parseArgs } from 'node:util';
import { type Command, type Given, UsageError } from './command.ts';

export type Call = Pick<Given, 'options' | 'words'> & { help: boolean };

/** Reads what stands behind the command's name. Throws `UsageError` for what the command does not know. */
export const parseCall = (command: Command, args: readonly string[]): Call => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...command.options, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    return { options: values as Call['options'], words: positionals, help: values.help === true };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
};
