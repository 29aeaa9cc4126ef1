import { inside, notes, wrapperExits } from '../inside.ts';

/**
 * The first process of the container, for any POSIX `sh`: `wrapper <shell> <secrets|plain> [script]`. It uses nothing but what every shell has built in,
 * and `mkdir` where it is given its script: then its volume was not filled, and it makes the folders by itself.
 *
 * With `secrets` it first reads a shell program from stdin, up to the line that was its first. It claims the attempt or leaves, with the
 * exit status of the one that had it: an engine starts an exited container anew. Then a second shell runs the script in its
 * foreground, since only so a shell tells of a death by signal, on its own stderr, and `exit 137` is another thing than a
 * SIGKILL (bash does not under the name of sh, when it was given the wrapper as an argument). The first one meanwhile passes TERM on to all processes of the container, and takes up those that lost their parent.
 */
export const wrapper = `state=${inside.state}
if [ -n "\${BASH_VERSION-}" ]; then set +o posix; fi
trap 'exit 143' TERM
runyard_secrets() { :; }
if [ "\${2-}" = secrets ]; then
  runyard_whole= runyard_program=
  IFS= read -r runyard_mark || exit ${wrapperExits.noSecrets}
  while IFS= read -r runyard_line; do
    if [ "$runyard_line" = "$runyard_mark" ]; then runyard_whole=1; break; fi
    runyard_program="$runyard_program$runyard_line
"
  done
  [ -n "$runyard_whole" ] || exit ${wrapperExits.noSecrets}
  runyard_secrets() { eval "$runyard_program"; unset runyard_program runyard_line runyard_mark runyard_whole; }
fi
exec </dev/null
if [ "$#" -gt 2 ]; then mkdir -p "$state" ${inside.home} ${inside.scratch} ${inside.tmp} ${inside.workspace} || exit ${wrapperExits.noFolders}; fi
set -C
if ! { printf '' >"$state/${notes.claim}"; } 2>/dev/null; then
  status=
  { read -r status <"$state/${notes.exit}"; } 2>/dev/null
  case $status in
    '' | *[!0-9]*) exit ${wrapperExits.claimedBefore} ;;
    *) exit "$status" ;;
  esac
fi
set +C
if [ "$#" -gt 2 ]; then
  printf '%255s\\n' '' >"$state/${notes.exit}"
  : >"$state/${notes.phase}"
fi
trap 'told=1; kill -TERM -1 2>/dev/null' TERM
(
  interrupted=0
  trap 'interrupted=1' TERM INT HUP QUIT
  exec 3>&2 2>"$state/${notes.diagnosis}"
  (
    exec 2>&3 3>&-
    unset told status interrupted state
    runyard_secrets || exit 1
    if [ "$#" -gt 2 ]; then exec "$1" -c "$3"; fi
    exec "$1" ${inside.script}
  )
  status=$?
  trap '' TERM INT HUP QUIT
  signalled=0
  if [ -s "$state/${notes.diagnosis}" ]; then signalled=1; fi
  printf '%s\\n' "$status" "$signalled" "$interrupted" end 1<>"$state/${notes.exit}"
  if [ "$status$interrupted" = 00 ]; then : >"$state/${notes.done}"; fi
  exit "$status"
) &
told=1
while [ -n "$told" ]; do
  told=
  wait "$!"
  status=$?
done
exit "$status"
`;
