import { shellQuote } from '../../domain/run/shell-quote.ts';
import type { LaunchScript, LaunchSecret } from '../../ports/executor.ts';
import type { AttemptFolder } from './attempt-folder.ts';
import type { Machine } from './machine.ts';

export interface Supervised {
  folder: AttemptFolder;
  machine: Machine;
  shell: LaunchScript['shell'];
  secrets: readonly LaunchSecret[];
}

/**
 * The program that looks after one attempt, for `/bin/sh -s`. It comes on stdin, secrets and all, so they are in no file,
 * argument list or environment of its own. It is one group in braces: a shell runs nothing of it before it has read the
 * closing one, so a host that dies while writing has started nothing.
 *
 * It claims the attempt or leaves (a claim that a full disk does not take is taken back, since nothing has run); runs the script in the foreground, with fd 3 closed to say that it is claimed; and writes
 * down how that ended. A shell that waits in the foreground is not disturbed by signals, and reports a death by signal
 * on its own stderr, which is how that is told from an exit code above 128. Its fork still has its traps for a moment, and a TERM of that
 * moment is lost: the note of the stop, which was written before, is not. Until the script has ended it needs nothing but builtins and one fork.
 */
export const supervisorProgram = ({ folder, machine, shell, secrets }: Supervised): string => `{
exec </dev/null
state=${shellQuote(folder.state)}
start=
${startTime[process.platform === 'darwin' ? 'darwin' : 'linux']}
set -C
{ { printf '%s\\n' run ${shellQuote(machine.boot)} ${shellQuote(machine.namespace)} "$$" "$start" end || { /bin/rm -f "$state/claim"; exit 0; } } >"$state/claim"; } 2>/dev/null || exit 0
set +C
exec 3>&-
interrupted=0
trap 'interrupted=1' TERM INT HUP QUIT
exec 2>"$state/diagnosis"
(
exec 2>&1
if [ -e ${shellQuote(folder.stop)} ]; then exec /bin/sh -c 'kill -TERM "$$"'; fi
${secrets.map(exportLine).join('')}exec ${shell === 'sh' ? '/bin/sh' : 'bash'} ${shellQuote(folder.script)}
)
status=$?
trap '' TERM INT HUP QUIT
signalled=0
if [ -s "$state/diagnosis" ]; then signalled=1; fi
PATH=/usr/bin:/bin
export PATH
until printf '%s\\n' "$status" "$signalled" "$interrupted" end 1<>"$state/exit.new" && mv -f "$state/exit.new" "$state/exit"; do
  [ -d "$state" ] || exit 0
  sleep 1
done
exit 0
}
`;

// The 22nd field of its line in /proc, behind the command's closing bracket, read without a fork.
const startTime = {
  linux: `if read -r line <"/proc/$$/stat"; then
  set -- \${line##*) }
  start=\${20}
fi`,
  darwin: `start=$(LC_ALL=C /bin/ps -o lstart= -p "$$")
while [ "\${start% }" != "$start" ]; do start=\${start% }; done`,
};

const exportLine = ({ type, location, value }: LaunchSecret): string =>
  type === 'environment_variable' ? `export ${location}=${shellQuote(value)}\n` : '';
