import type { LaunchSecret } from '@runyard/core';
import { shellQuote, workspacePath } from '@runyard/core/executor-kit';
import { inside } from '../inside.ts';
import type { Paths } from './wrapper.ts';

/**
 * What puts the files of secrets in place, for any POSIX `sh` with `cat`, `chmod`, `ln`, `mkdir` and `rm`: each is copied into memory as a file of the
 * job's own user, whom alone it lets read, and linked to from the workspace; made anew where the source brought one, and never through a symlink out of
 * the workspace. null: there are none. What it prints is why it failed.
 */
export const placeProgram = (secrets: readonly LaunchSecret[], at: Paths = inside): string | null => {
  const files = secrets.filter(({ type }) => type === 'file');
  if (files.length === 0) return null;
  return `${functions(at)}${files.map(({ location }, index) => lineOf(location, index)).join('')}`;
};

const functions = (at: Paths): string => `runyard_refuse() {
  printf '%s\\n' "The secret file '$1' would lie outside of the workspace."
  exit 1
}
runyard_place() {
  (umask 077 && cat ${at.secret}/file."$1" >${at.files}/"$1") && chmod 400 ${at.files}/"$1" || exit 1
  (
    cd -P -- ${at.workspace} || exit 1
    mkdir -p -- "./$2" && cd -P -- "./$2" || exit 1
    case $PWD/ in
      ${at.workspace}/*) ;;
      *) runyard_refuse "$4" ;;
    esac
    if [ -e "./$3" ] || [ -L "./$3" ]; then rm -f -- "./$3" || exit 1; fi
    ln -s ${at.files}/"$1" "./$3" || exit 1
  ) || exit 1
}
`;

// The path was judged at save; a job saved by another version is judged here.
const lineOf = (location: string, index: number): string => {
  const path = workspacePath(location);
  if (path === null || path === '.') return `runyard_refuse ${shellQuote(location)}\n`;
  const cut = path.lastIndexOf('/');
  const [folder, name] = cut < 0 ? ['.', path] : [path.slice(0, cut), path.slice(cut + 1)];
  return `runyard_place ${index} ${shellQuote(folder)} ${shellQuote(name)} ${shellQuote(location)}\n`;
};
