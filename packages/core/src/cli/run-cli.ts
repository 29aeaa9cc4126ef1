import { version } from '../services/version.ts';
import { type Report, UsageError } from './command.ts';
import { commands } from './commands.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { failed } from './failed.ts';
import { commandHelp, overallHelp } from './help.ts';
import { parseCall } from './parse-call.ts';

/** Where the command line runs, and where its words go. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  cwd: string;
  now(): number;
}

/** Runs what was typed behind `runyard`. Never throws: what went wrong is said, and is in the exit code. */
export const runCli = async (argv: readonly string[], terminal: Terminal): Promise<ExitCode> => {
  const [name = '--help', ...rest] = argv;
  if (name === '--help' || name === '-h' || name === 'help') return say(terminal, overallHelp(commands));
  if (name === '--version') return say(terminal, [version]);
  const report = await answer(name, rest, terminal).catch((error: unknown) =>
    failed(error, name in commands ? name : undefined),
  );
  return tell(report, terminal, rest.includes('--json'));
};

const answer = async (name: string, args: readonly string[], { cwd, now }: Terminal): Promise<Report> => {
  if (!Object.hasOwn(commands, name)) throw new UsageError(`There is no command \`${name}\`.`);
  const command = await commands[name]!.load();
  const { help, ...call } = parseCall(command, args);
  if (help) return { exit: exitCodes.done, lines: commandHelp(command), json: { help: commandHelp(command) } };
  return command.run({ ...call, cwd, now });
};

const say = (terminal: Terminal, lines: readonly string[]): ExitCode => {
  terminal.out(`${lines.join('\n')}\n`);
  return exitCodes.done;
};

// Answers go to stdout, also those of which something is wrong; only why a command could not answer goes to stderr.
const tell = ({ exit, lines, json }: Report, terminal: Terminal, asJson: boolean): ExitCode => {
  if (asJson) terminal.out(`${JSON.stringify(json, null, 2)}\n`);
  else if (exit === exitCodes.done || exit === exitCodes.no) terminal.out(`${lines.join('\n')}\n`);
  else terminal.err(`runyard: ${lines.join('\n')}\n`);
  return exit;
};
