import { askingExits } from '../client/options.ts';
import { clientHelp, clientOptions } from '../client/settings.ts';
import { type Command, UsageError } from '../command.ts';
import { listSecrets } from './list-secrets.ts';
import { removeSecret } from './remove-secret.ts';
import { setSecret } from './set-secret.ts';

export const secretsCommand: Command = {
  usage:
    'runyard secrets [list | set NAME | remove NAME-OR-ID] [--owner OWNER] [--description TEXT] [--limit N] [--allow-in-use] [--json]',
  help: [
    'Lists secrets, of which nobody is shown the value; makes one, or gives it another value; removes one. `set` reads the',
    'value from stdin, and on a terminal asks for it and does not show it: it is never an argument. The line break that ends',
    'a single line is no part of it, of several lines everything is:',
    '',
    '    runyard secrets set warehouse-password < password.txt',
    '',
    '  --owner OWNER      whose: user:NAME, group:NAME, a name alone, or an id; with `set`, by default whose token it is',
    '  --description TEXT with `set`: what others can read of it',
    '  --limit N          at most so many; default 100',
    '  --allow-in-use     with `remove`: also while jobs attach it, whose next start fails then',
    ...clientHelp,
    '',
    `Exit codes: 0; ${askingExits}`,
  ],
  options: {
    ...clientOptions,
    owner: { type: 'string' },
    description: { type: 'string' },
    limit: { type: 'string' },
    'allow-in-use': { type: 'boolean' },
  },
  async run(given) {
    const [verb = 'list', ...rest] = given.words;
    const [which, more] = rest;
    if (verb === 'list' && which === undefined) return listSecrets(given);
    if (verb === 'set' && more !== undefined)
      throw new UsageError('`secrets set NAME` reads the value from stdin: it is never an argument.');
    if (verb === 'set' && which !== undefined) return setSecret(given, which);
    if (verb === 'remove' && which !== undefined && more === undefined) return removeSecret(given, which);
    throw new UsageError('Say `secrets`, `secrets list`, `secrets set NAME` or `secrets remove NAME-OR-ID`.');
  },
};
