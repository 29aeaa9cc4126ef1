import type { ParseArgsOptionsConfig } from 'node:util';
import type { ExitCode } from './exit-codes.ts';

/** One command of the command line: what is typed behind `runyard`. */
export interface Command {
  /** The line of `runyard migrate --help` that shows how it is called. */
  usage: string;
  /** What it does, its options and its exit codes, in lines. */
  help: readonly string[];
  /** Besides `--json` and `--help`, which all have. */
  options: ParseArgsOptionsConfig;
  /** Says in the report what it found or did; throws `UsageError` and `RunyardError`. */
  run(given: Given): Promise<Report>;
}

/** What was typed, with the values that the options of the command allow. */
export interface Given {
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly words: readonly string[];
  readonly cwd: string;
  readonly now: () => number;
}

export interface Report {
  exit: ExitCode;
  /** For people. */
  lines: readonly string[];
  /** With `--json`: the same, as one object. */
  json: Readonly<Record<string, unknown>>;
}

/** The call is not as it should be: exit code 64. */
export class UsageError extends Error {}
