import type { ExtraPackages } from '../job/job.ts';
import { scriptExits } from './script-outcome.ts';
import { installPackages } from './script-packages.ts';
import { runStartScript } from './script-start.ts';
import { shellQuote, shellWords } from './shell-quote.ts';

export interface ScriptInput {
  /** `<runId>.<attempt>`. */
  key: string;
  command: string | readonly string[];
  /** Appended to the command. */
  args?: readonly string[] | undefined;
  startScript?: string | null | undefined;
  extraPackages?: ExtraPackages | null | undefined;
  /** Relative to the workspace. */
  workingDir?: string | null | undefined;
  /** Absolute; by default the folder in which the script is started. */
  workspace?: string | undefined;
  /** For packages and temporary files of this attempt; by default `$RUNYARD_SCRATCH_DIR`, else a folder under `$TMPDIR`. */
  packagesDir?: string | undefined;
}

/** Everything that an attempt does, in order, as one script for any executor. The shape is `LaunchScript` of the executor port. */
export interface GeneratedScript {
  shell: 'sh' | 'bash';
  text: string;
  marker: string;
}

/** U+001E (record separator) begins a marker, so that no ordinary output is taken for one. */
export const phaseMarker = (key: string): string => `\u001erunyard:${key}`;

/**
 * Extra packages, start script (bash), working directory, command. As each phase begins, it prints `<marker> <phase>` and
 * writes the phase into `$RUNYARD_PHASE_FILE`, where that is set; a phase that fails by itself adds its sentence there. A
 * script of nothing but a command forks nothing.
 */
export const generateScript = (input: ScriptInput): GeneratedScript => {
  const marker = phaseMarker(input.key);
  const parts = [
    preamble(marker, input),
    installPackages(input.extraPackages ?? null),
    runStartScript(input.startScript ?? null),
    changeDirectory(input.workingDir ?? null),
    runCommand(input.command, input.args ?? []),
  ];
  return { shell: hasStartScript(input) ? 'bash' : 'sh', text: parts.filter((part) => part !== '').join('\n'), marker };
};

const hasStartScript = ({ startScript }: ScriptInput): boolean => startScript != null && startScript.trim() !== '';

const preamble = (marker: string, input: ScriptInput): string => {
  const { workspace } = input;
  const enter = `cd -- ${shellQuote(workspace ?? '.')} || runyard_fail 'The workspace is not there.' ${scriptExits.workingDir}\n`;
  return `runyard_phase_file=\${RUNYARD_PHASE_FILE-}
runyard_scratch=${scratch(input)}
unset RUNYARD_PHASE_FILE RUNYARD_SCRATCH_DIR
runyard_phase() {
  runyard_now=$1
  printf '%s %s\\n' ${shellQuote(marker)} "$1"
  if [ -n "$runyard_phase_file" ]; then printf '%s\\n' "$1" >"$runyard_phase_file"; fi
}
runyard_fail() {
  printf 'runyard: %s\\n' "$1" >&2
  if [ -n "$runyard_phase_file" ]; then printf '%s\\n%s\\n' "$runyard_now" "$1" >"$runyard_phase_file"; fi
  exit "$2"
}
${workspace === undefined ? '' : enter}`;
};

const scratch = ({ key, packagesDir }: ScriptInput): string =>
  packagesDir === undefined
    ? `\${RUNYARD_SCRATCH_DIR:-\${TMPDIR:-/tmp}}/${shellQuote(`runyard-${key}`)}`
    : shellQuote(packagesDir);

// `cd -P` leaves the physical path in PWD, so symlinks out of the workspace are seen, without a fork.
const changeDirectory = (workingDir: string | null): string => {
  if (workingDir === null || workingDir === '.') return '';
  const dir = shellQuote(workingDir);
  const outside = shellQuote(`The working directory '${workingDir}' leads out of the workspace.`);
  const missing = shellQuote(`The working directory '${workingDir}' is not in the workspace.`);
  const refuse = `runyard_phase working-dir\nrunyard_fail ${outside} ${scriptExits.workingDir}\n`;
  if (workingDir.startsWith('/')) return refuse;
  return `runyard_phase working-dir
cd -P -- . || runyard_fail 'The workspace is not there.' ${scriptExits.workingDir}
runyard_root=$PWD
cd -P -- ./${dir} 2>/dev/null || runyard_fail ${missing} ${scriptExits.workingDir}
case $PWD/ in
  "\${runyard_root%/}"/*) ;;
  *) runyard_fail ${outside} ${scriptExits.workingDir} ;;
esac
`;
};

// `exec`, so that the end of the command is the end of the script, signals included.
const runCommand = (command: string | readonly string[], args: readonly string[]): string =>
  `runyard_phase command\nexec ${typeof command === 'string' ? shellCommand(command, args) : listCommand([...command, ...args])}\n`;

// Where there are arguments, they belong to the last simple command, as if they were typed behind it.
const shellCommand = (command: string, args: readonly string[]): string =>
  args.length === 0
    ? `sh -c ${shellQuote(command)} sh`
    : `sh -c ${shellQuote(`${command.trimEnd()} "$@"`)} sh ${shellWords(args)}`;

// bash reads options of `exec` where dash does not know `--`; `env` ends its options the same way everywhere.
const listCommand = (words: readonly string[]): string =>
  words[0]?.startsWith('-') ? `env -- ${shellWords(words)}` : shellWords(words);
