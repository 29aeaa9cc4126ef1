import type { Command } from './command.ts';

/** All commands, in the order of the help. Each is loaded when it is called. */
export const commands: Readonly<Record<string, { summary: string; load(): Promise<Command> }>> = {
  jobs: {
    summary: 'list jobs, show or remove one',
    load: async () => (await import('./jobs/jobs.ts')).jobsCommand,
  },
  runs: {
    summary: 'list runs',
    load: async () => (await import('./runs/runs.ts')).runsCommand,
  },
  start: {
    summary: 'start a run of a job, and wait for its end where that is asked for',
    load: async () => (await import('./start/start.ts')).startCommand,
  },
  stop: {
    summary: 'stop a run, or all runs of a job',
    load: async () => (await import('./stop/stop.ts')).stopCommand,
  },
  logs: {
    summary: 'print or follow the log of a run',
    load: async () => (await import('./logs/logs.ts')).logsCommand,
  },
  preview: {
    summary: 'show when a cron expression or a job is due',
    load: async () => (await import('./preview/preview.ts')).previewCommand,
  },
  apply: {
    summary: 'create or update jobs from YAML',
    load: async () => (await import('./apply/apply.ts')).applyCommand,
  },
  'clone-as-job': {
    summary: 'make a job of a command that runs in this checkout',
    load: async () => (await import('./clone-as-job/clone-as-job.ts')).cloneAsJobCommand,
  },
  secrets: {
    summary: 'list, set and remove secrets',
    load: async () => (await import('./secrets/secrets.ts')).secretsCommand,
  },
  login: {
    summary: 'store the address of a server and a token',
    load: async () => (await import('./login/login.ts')).loginCommand,
  },
  migrate: {
    summary: 'bring a store to the version of this Runyard',
    load: async () => (await import('./migrate/migrate.ts')).migrateCommand,
  },
  doctor: {
    summary: 'look through a data directory or a database for what is wrong',
    load: async () => (await import('./doctor/doctor.ts')).doctorCommand,
  },
};
