import { version } from '../services/version.ts';
import { type Report, UsageError } from './command.ts';
import { commands } from './commands.ts';
import { exitCodes } from './exit-codes.ts';
import { failed } from './failed.ts';
import { commandHelp, overallHelp } from './help.ts';
import { visible, visibleJson } from './output/visible.ts';
import { asksForJson, parseCall } from './parse-call.ts';
import type { Terminal } from './terminal.ts';

/** Runs what was typed behind `runyard`. Never throws: what went wrong is said, and is in the exit code. */
export const runCli = async (argv: readonly string[], terminal: Terminal): Promise<number> => {
  const [name = '--help', ...rest] = argv;
  if (name === '--help' || name === '-h' || name === 'help') return say(terminal, overallHelp(commands));
  if (name === '--version') return say(terminal, [version]);
  const report = await answer(name, rest, terminal).catch((error: unknown) =>
    failed(error, Object.hasOwn(commands, name) ? name : undefined),
  );
  return tell(report, terminal, asksForJson(rest));
};

const answer = async (name: string, args: readonly string[], terminal: Terminal): Promise<Report> => {
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) throw new UsageError(`There is no command \`${name}\`.`);
  const command = await entry.load();
  const { help, ...call } = parseCall(command, args);
  if (help) return { exit: exitCodes.done, lines: commandHelp(command), json: { help: commandHelp(command) } };
  return command.run({ ...call, cwd: terminal.cwd, now: terminal.now, terminal });
};

const say = (terminal: Terminal, lines: readonly string[]): number => {
  terminal.out(`${lines.join('\n')}\n`);
  return exitCodes.done;
};

// Answers go to stdout, also those of which something is wrong; only why a command could not answer goes to stderr.
const tell = ({ exit, lines, json, failed }: Report, terminal: Terminal, asJson: boolean): number => {
  if (asJson) {
    if (json !== null) terminal.out(visibleJson(`${JSON.stringify(json, null, 2)}\n`));
  } else if (failed) terminal.err(visible(`runyard: ${lines.join('\n')}\n`));
  else if (lines.length > 0) terminal.out(visible(`${lines.join('\n')}\n`));
  return exit;
};
