import { shellQuote } from './shell-quote.ts';

/**
 * The start script runs in a bash of its own, so `exit`, `set -e` and `cd` in it reach no further. What it exports is saved
 * when it ends, and taken over. It runs from a file: an argument could not hold all of it, and stdin stays free.
 */
export const runStartScript = (startScript: string | null): string => {
  if (startScript === null || startScript.trim() === '') return '';
  return `runyard_phase start-script
mkdir -p -- "$runyard_scratch" && chmod 700 "$runyard_scratch" || runyard_fail 'The scratch folder cannot be made.' 1
printf '%s\\n' ${shellQuote(startScript)} >"$runyard_scratch/start-script" || runyard_fail 'The start script cannot be written.' 1
rm -f "$runyard_scratch/exports"
bash -c ${shellQuote(wrapper)} bash "$runyard_scratch/start-script" "$runyard_scratch/exports"
runyard_status=$?
if [ "$runyard_status" -ne 0 ]; then
  rm -f "$runyard_scratch/exports"
  exit "$runyard_status"
fi
if [ -e "$runyard_scratch/exports" ]; then
  for runyard_name in $(compgen -e); do unset "$runyard_name" 2>/dev/null; done
  . "$runyard_scratch/exports" 2>/dev/null
  PATH="\${PATH-}:/usr/bin:/bin" command rm -f "$runyard_scratch/exports"
fi
`;
};

// Saves the exports in an EXIT trap. A start script may set one too: its own is kept and run first.
const wrapper = `
runyard_exports=$2
runyard_on_exit=
trap() {
  if [ "$BASH_SUBSHELL" -eq 0 ] && [ "$#" -ge 2 ] && [ "$1" != -p ]; then
    local action=$1 signal rest=()
    [ "$action" = -- ] && { shift; action=$1; }
    shift
    for signal; do
      case $signal in
        0 | EXIT | exit | SIGEXIT) if [ "$action" = - ]; then runyard_on_exit=; else runyard_on_exit=$action; fi ;;
        *) rest+=("$signal") ;;
      esac
    done
    [ "\${#rest[@]}" -eq 0 ] || builtin trap -- "$action" "\${rest[@]}"
  else
    builtin trap "$@"
  fi
}
runyard_leave() {
  local status=$?
  set +e +u
  if [ -n "$runyard_on_exit" ]; then (exit "$status"); eval "$runyard_on_exit"; fi
  unset OLDPWD
  export -n PWD SHLVL _
  umask 077
  { export -p; export -fp; } >"$runyard_exports"
  exit "$status"
}
builtin trap runyard_leave EXIT
set --  "$1"
. "$1"
`;
