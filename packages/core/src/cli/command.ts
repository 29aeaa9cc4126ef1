import type { ParseArgsOptionsConfig } from 'node:util';
import type { Terminal } from './terminal.ts';

/** One command of the command line: what is typed behind `runyard`. */
export interface Command {
  /** The line of `runyard migrate --help` that shows how it is called. */
  usage: string;
  /** What it does, its options and its exit codes, in lines. */
  help: readonly string[];
  /** Besides `--json` and `--help`, which all have. */
  options: ParseArgsOptionsConfig;
  /** Whether what stands behind `--` is something else than words that look like options. */
  takesRest?: boolean;
  /** Says in the report what it found or did; throws `UsageError`, `RunyardError` and what the client throws. */
  run(given: Given): Promise<Report>;
}

/** What was typed, with the values that the options of the command allow. */
export interface Given {
  readonly options: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly words: readonly string[];
  /** Behind `--`, for a command that takes it. */
  readonly rest: readonly string[];
  readonly cwd: string;
  readonly now: () => number;
  readonly terminal: Terminal;
}

export interface Report {
  /** One of `exitCodes`; of a run that was waited for, its own. */
  exit: number;
  /** For people. */
  lines: readonly string[];
  /** With `--json`: the same, as one object; null where everything was said already. */
  json: Readonly<Record<string, unknown>> | null;
  /** It could not answer: `lines` say why. */
  failed?: true;
}

/** The call is not as it should be: exit code 64. */
export class UsageError extends Error {}
