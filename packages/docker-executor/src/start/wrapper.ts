import { endSignal, inside, notes, wrapperExits } from '../inside.ts';

// What a job may send to everybody, itself included. (A shell with a command as its argument catches INT, and so ends of it as first process too.)
const jobSignals = 'TERM INT HUP QUIT USR1 USR2 ALRM PIPE';

/**
 * The first process of the container, for any POSIX `sh`: `wrapper <shell> <secrets|plain> [script]`. It uses nothing but what every shell has built in,
 * and `mkdir` where it is given its script: then its volume was not filled, and it makes the folders by itself.
 *
 * With `secrets` it first reads a line from stdin (see `secretsLine`). It claims the attempt or leaves, with the
 * exit status of the one that had it: an engine starts an exited container anew. Then a second shell runs the script in its
 * foreground, since only so a shell tells of a death by signal, on its own stderr, and `exit 137` is another thing than a
 * SIGKILL (bash does not under the name of sh, when it was given the wrapper as an argument). The first one meanwhile takes up processes that lost
 * their parent, and passes an order to end on to all as TERM.
 *
 * That order is SIGPWR, which nothing else sends: TERM, INT and the like come from jobs too (`kill 0`, `kill -TERM 1`), and as the first process of its
 * container the first shell does not feel them, nor a KILL from within. A job can kill the second, though, and then the first notes the end.
 */
export const wrapper = `runyard_state=${inside.state}
if [ -n "\${BASH_VERSION-}" ]; then set +o posix; fi
trap 'exit 143' ${endSignal}
runyard_secrets() { :; }
if [ "\${2-}" = secrets ]; then
  IFS=' ' read -r runyard_mark runyard_length runyard_program runyard_end || exit ${wrapperExits.noSecrets}
  [ "$runyard_mark" = "$runyard_end" ] && [ "\${#runyard_program}" = "$runyard_length" ] || exit ${wrapperExits.noSecrets}
  runyard_secrets() { eval "unset runyard_program; $(printf '%b' "$runyard_program")"; }
fi
exec </dev/null
if [ "$#" -gt 2 ]; then mkdir -p "$runyard_state" ${inside.home} ${inside.scratch} ${inside.tmp} ${inside.workspace} || exit ${wrapperExits.noFolders}; fi
set -C
if ! { printf '' >"$runyard_state/${notes.claim}"; } 2>/dev/null; then
  runyard_status=
  if [ -f "$runyard_state/${notes.exit}" ]; then { read -r runyard_status <"$runyard_state/${notes.exit}"; } 2>/dev/null; fi
  case $runyard_status in
    '' | *[!0-9]*) exit ${wrapperExits.claimedBefore} ;;
    *) exit "$runyard_status" ;;
  esac
fi
set +C
if [ "$#" -gt 2 ]; then
  printf '%255s\\n' '' >"$runyard_state/${notes.exit}"
  : >"$runyard_state/${notes.phase}"
fi
runyard_note() {
  { printf '%s\\n' "$1" "$2" "$runyard_interrupted" end 1<>"$runyard_state/${notes.exit}"; } 2>/dev/null
}
runyard_interrupted=0
trap 'runyard_told=1' ${jobSignals}
trap 'runyard_told=1 runyard_interrupted=1; kill -${endSignal} "$!" 2>/dev/null; kill -TERM -1 2>/dev/null' ${endSignal}
(
  trap 'runyard_interrupted=1' ${endSignal}
  trap : ${jobSignals}
  exec 3>&2 2>"$runyard_state/${notes.diagnosis}"
  (
    exec 2>&3 3>&-
    runyard_secrets || exit 1
    unset runyard_state runyard_interrupted runyard_mark runyard_length runyard_end runyard_told runyard_status
    if [ "$#" -gt 2 ]; then exec "$1" -c "$3"; fi
    exec "$1" ${inside.script}
  )
  runyard_status=$?
  trap '' ${endSignal} ${jobSignals}
  runyard_signalled=0
  if [ -s "$runyard_state/${notes.diagnosis}" ]; then runyard_signalled=1; fi
  runyard_note "$runyard_status" "$runyard_signalled"
  if [ "$runyard_status$runyard_interrupted" = 00 ]; then { printf '' 1<>"$runyard_state/${notes.done}"; } 2>/dev/null; fi
  exit "$runyard_status"
) &
exec 2>/dev/null
runyard_told=1
while [ -n "$runyard_told" ]; do
  runyard_told=
  wait "$!"
  runyard_status=$?
done
if [ "$runyard_status" -gt 128 ] && [ -f "$runyard_state/${notes.exit}" ]; then
  runyard_noted=
  { read -r runyard_noted <"$runyard_state/${notes.exit}"; } 2>/dev/null
  if [ -z "$runyard_noted" ]; then runyard_note "$runyard_status" 1; fi
fi
exit "$runyard_status"
`;
