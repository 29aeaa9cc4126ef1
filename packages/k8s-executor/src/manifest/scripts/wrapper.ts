import { inside, mostSentenceBytes, noPhase, wrapperExits } from '../inside.ts';

/** Paths of the pod; tests put others in their place. */
export type Paths = Record<keyof typeof inside, string>;

// What a job may send to everybody, the first process included. (bash catches INT, and so ends of it as first process too.)
const jobSignals = 'INT HUP QUIT USR1 USR2 ALRM PIPE';

/**
 * The first process of the container `job`, for any POSIX `sh`: `wrapper <shell>`. Beside what every shell has built in it uses `mkdir`, and `setsid`
 * where there is one.
 *
 * It makes the folders, puts the files of secrets in place, and has a second shell run the script in its foreground, since only so a shell tells of
 * a death by signal, on its own stderr, and `exit 137` is another thing than a SIGKILL (bash does not under the name of sh). The first one
 * meanwhile takes up processes that lost their parent, and passes TERM on to all: it comes from the kubelet, whoever ordered the end. The second shell
 * has a session of its own, so that a job's `kill 0` is not taken for that order.
 *
 * Last it writes the note into the termination message: `U+001E runyard <status> <signalled> <interrupted> <phase>`, and behind that line the
 * sentence, where there is one. `signalled`: a signal ended the script. `interrupted`: TERM had come before it ended. `phase`: the last that had
 * begun, or `-`.
 *
 * A container that is made anew in the same pod runs nothing: it repeats the note.
 */
export const wrapper = (at: Paths = inside): string => `runyard_state=${at.state}
if [ -n "\${BASH_VERSION-}" ]; then set +o posix; fi
if [ "\${2-}" = second ]; then
  trap : TERM ${jobSignals}
  exec 3>&2 2>"$runyard_state/diagnosis"
  (
    exec 2>&3 3>&-
    exec "$1" ${at.secret}/script
  )
  runyard_status=$?
  trap '' TERM ${jobSignals}
  runyard_signalled=0
  if [ -s "$runyard_state/diagnosis" ]; then runyard_signalled=1; fi
  printf '%s %s\\n' "$runyard_status" "$runyard_signalled" >"$runyard_state/exit"
  exit "$runyard_status"
fi
runyard_interrupted=0
runyard_second=
runyard_note() {
  runyard_text=$(
    LC_ALL=C
    printf '\\036runyard %s %s %s %s\\n%.${mostSentenceBytes}s' "$1" "$2" "$runyard_interrupted" "$3" "$4"
  )
  { printf '%s\\n' "$runyard_text" >"$runyard_state/note"; } 2>/dev/null
  { printf '%s\\n' "$runyard_text" >${at.terminationLog}; } 2>/dev/null
}
runyard_pass() {
  if [ -z "$runyard_second" ]; then return; fi
  if [ "$$" = 1 ]; then kill -TERM -1; else kill -TERM "-$runyard_second" || kill -TERM "$runyard_second"; fi 2>/dev/null
}
trap 'runyard_told=1; [ -s "$runyard_state/exit" ] || runyard_interrupted=1; runyard_pass' TERM
trap 'runyard_told=1' ${jobSignals}
umask 022
if ! mkdir -p "$runyard_state" ${at.home} ${at.scratch} ${at.tmp} ${at.workspace}; then
  runyard_note ${wrapperExits.noFolders} 0 ${noPhase} 'Its folders could not be made in ${at.root}: the volume is full, or its user may not write there.'
  exit ${wrapperExits.noFolders}
fi
set -C
if ! { printf '' >"$runyard_state/claim"; } 2>/dev/null; then
  set +C
  if [ -s "$runyard_state/note" ]; then
    while IFS= read -r runyard_line; do printf '%s\\n' "$runyard_line"; done <"$runyard_state/note" >${at.terminationLog}
    IFS=' ' read -r runyard_mark runyard_status runyard_rest <"$runyard_state/note"
    exit "$runyard_status"
  fi
  runyard_interrupted=1
  runyard_note ${wrapperExits.ranBefore} 0 ${noPhase} 'Its container was started again by something else than Runyard. Nothing of the job ran a second time.'
  exit ${wrapperExits.ranBefore}
fi
set +C
cd ${at.workspace} || exit ${wrapperExits.noFolders}
if [ -f ${at.secret}/place ]; then
  runyard_words=$(/bin/sh ${at.secret}/place 2>&1)
  runyard_status=$?
  if [ "$runyard_status" -ne 0 ]; then
    printf '%s\\n' "$runyard_words" >&2
    runyard_note ${wrapperExits.secretsFailed} 0 ${noPhase} "$runyard_words"
    exit ${wrapperExits.secretsFailed}
  fi
fi
if [ "$runyard_interrupted" = 1 ]; then
  runyard_note 143 1 ${noPhase} ''
  exit 143
fi
if command -v setsid >/dev/null 2>&1; then
  setsid /bin/sh ${at.secret}/wrapper "$1" second &
else
  /bin/sh ${at.secret}/wrapper "$1" second &
fi
runyard_second=$!
exec 2>/dev/null
if [ "$runyard_interrupted" = 1 ]; then runyard_pass; fi
runyard_told=1
while [ -n "$runyard_told" ]; do
  runyard_told=
  wait "$runyard_second"
  runyard_status=$?
done
runyard_signalled=0
if [ -s "$runyard_state/exit" ]; then
  IFS=' ' read -r runyard_status runyard_signalled <"$runyard_state/exit"
elif [ "$runyard_status" -gt 128 ]; then
  runyard_signalled=1
fi
runyard_phase=
runyard_sentence=
if [ -s "$runyard_state/phase" ]; then
  {
    IFS= read -r runyard_phase
    while [ "\${#runyard_sentence}" -lt ${mostSentenceBytes} ] && { IFS= read -r runyard_line || [ -n "$runyard_line" ]; }; do
      runyard_sentence="$runyard_sentence\${runyard_sentence:+
}$runyard_line"
    done
  } <"$runyard_state/phase"
  case $runyard_phase in
    extra-packages | start-script | working-dir | command) ;;
    *) runyard_phase=command runyard_sentence= ;;
  esac
fi
case $runyard_phase:$runyard_signalled:$runyard_status in
  :0:126 | :0:127) if [ "$1" = bash ]; then
    runyard_sentence='Its image has no bash, which a start script needs. Use an image with bash, or leave out the start script.'
  else
    runyard_sentence="Its image has no $1."
  fi ;;
esac
case $runyard_status in '' | *[!0-9]*) runyard_status=1 ;; esac
case $runyard_signalled in 0 | 1) ;; *) runyard_signalled=0 ;; esac
runyard_note "$runyard_status" "$runyard_signalled" "\${runyard_phase:-${noPhase}}" "$runyard_sentence"
exit "$runyard_status"
`;
