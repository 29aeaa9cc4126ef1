import type { Command } from './command.ts';

/** All commands, in the order of the help. Each is loaded when it is called. */
export const commands: Readonly<Record<string, { summary: string; load(): Promise<Command> }>> = {
  migrate: {
    summary: 'bring a store to the version of this Runyard',
    load: async () => (await import('./migrate/migrate.ts')).migrateCommand,
  },
  doctor: {
    summary: 'look through a data directory or a database for what is wrong',
    load: async () => (await import('./doctor/doctor.ts')).doctorCommand,
  },
};
