import type { Command, Report } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { storeHelp, storeOptions, whichStore } from '../which-store.ts';
import { type Migration, migrateStore, planMigration } from './migrate-store.ts';

export const migrateCommand: Command = {
  usage: 'runyard migrate (--data-dir DIR [--file FILE] | --database URL [--schema NAME]) [--check] [--json]',
  help: [
    'Brings the store to the version that this Runyard makes, or makes it where there is none. A SQLite store is refused',
    'while a host has it open; PostgreSQL may be migrated while hosts run, and is refused only where their code would no',
    "longer work. Hosts do the same when they start, unless their store says `migrate: 'check'`.",
    '',
    ...storeHelp,
    '  --check          only say what would be done; exit code 1 where a migration is due',
    '',
    'Exit codes: 0 done, or nothing to do; 64 wrongly called; 69 the store cannot be reached; 77 refused.',
  ],
  options: { ...storeOptions, check: { type: 'boolean' } },
  async run(given) {
    const check = given.options.check === true;
    const store = whichStore(given);
    return report(check ? await planMigration(store, given.cwd) : await migrateStore(store, given.cwd), check);
  },
};

const report = (migration: Migration, check: boolean): Report => {
  const { where, from, to } = migration;
  const due = from < to;
  return {
    exit: check && due ? exitCodes.no : exitCodes.done,
    lines: [sentence(migration, check)],
    json: { store: where, from, to, due: check && due, migrated: !check && due },
  };
};

const sentence = ({ where, from, to, known }: Migration, check: boolean): string => {
  if (from > known)
    return `${where} is of store version ${from}. This Runyard knows ${known} and works on it: nothing to do.`;
  if (from === to) return `${where} is of store version ${to}, the newest that this Runyard knows: nothing to do.`;
  if (from === 0)
    return check ? `${where} would be made, of store version ${to}.` : `Made ${where}, of store version ${to}.`;
  return `${check ? 'Would migrate' : 'Migrated'} ${where} from store version ${from} to ${to}.`;
};
