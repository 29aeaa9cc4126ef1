import { shellQuote, shellWords } from '@runyard/core/executor-kit';
import { inside, mostWordsBytes, sourceExits } from '../inside.ts';
import { gitSetup } from './git-access.ts';
import type { SourceToFetch } from './source-to-fetch.ts';
import type { Paths } from './wrapper.ts';

export interface FetchOptions {
  /** The job's user is not known to be the one that fetches: what is fetched can be written by everybody in the pod. */
  forAll: boolean;
  at?: Paths;
}

/**
 * What runs in the container `source`, for any POSIX `sh` with git: clones each source at its commit into the workspace, folders above before folders
 * below, one after another, since one may lie in another. The commit alone is asked for, without its history; a server that gives no single
 * commits away is asked for all branches and tags. Nothing of the credentials gets into the workspace, an argument or an url.
 *
 * Where one fails, the termination message is `U+001E runyard-source <index> <exit code>`, the index as the launch has it, and behind that line what git
 * said last.
 */
export const fetchProgram = (sources: readonly SourceToFetch[], { forAll, at = inside }: FetchOptions): string => {
  const order = [...sources].sort((a, b) => depth(a.path) - depth(b.path));
  return [functions(at, forAll), ...order.map((source) => stepOf(source, at))].join('\n');
};

const depth = (path: string): number => (path === '.' ? 0 : path.split('/').length);

const functions = (at: Paths, forAll: boolean): string => `umask ${forAll ? '000' : '022'}
export LC_ALL=C HOME=${at.git} GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0 GIT_LFS_SKIP_SMUDGE=1 GIT_SSH_VARIANT=ssh
unset GIT_ASKPASS SSH_ASKPASS XDG_CONFIG_HOME GIT_DIR GIT_WORK_TREE GIT_CONFIG_GLOBAL GIT_CONFIG_COUNT GIT_CONFIG_PARAMETERS
runyard_source=0
runyard_fail() {
  printf '%s\\n' "$2" >&2
  { printf '\\036runyard-source %s %s\\n' "$runyard_source" "$1"; printf '%s\\n' "$2" | tail -c ${mostWordsBytes}; } >${at.terminationLog}
  exit "$1"
}
runyard_refuse() { runyard_fail ${sourceExits.invalidSource} "$1"; }
trap 'if [ "$$" = 1 ]; then kill -TERM -1; else kill -TERM "$!"; fi 2>/dev/null; runyard_fail 143 "It was told to end while its sources were fetched."' TERM
runyard_try() {
  "$@" >"$HOME/words" 2>&1 &
  wait "$!"
  runyard_status=$?
  runyard_words=$(cat "$HOME/words")
  if [ "$runyard_status" -eq 0 ] && [ -n "$runyard_words" ]; then printf '%s\\n' "$runyard_words"; fi
  return "$runyard_status"
}
runyard_git() { runyard_try git "$@" || runyard_fail "$runyard_status" "$runyard_words"; }
runyard_enter() {
  cd -P -- ${at.workspace} || runyard_refuse 'The workspace is not there.'
  if [ "$1" != . ]; then
    mkdir -p -- "./$2" && cd -P -- "./$2" || runyard_refuse "The folder for the source cannot be made: $1"
    case $PWD/ in
      ${at.workspace}/*) ;;
      *) runyard_refuse "The source would lie outside of the workspace: $1" ;;
    esac
    if [ -L "./$3" ]; then runyard_refuse "The source would lie outside of the workspace: $1"; fi
    mkdir -p -- "./$3" && cd -P -- "./$3" || runyard_refuse "The folder for the source cannot be made: $1"
  fi
  if [ -n "$(ls -A)" ]; then runyard_refuse "The folder for the source is not empty: $1"; fi
}
runyard_clear_home() {
  rm -rf "$HOME"
  (umask 077 && mkdir -p "$HOME") || runyard_refuse 'Git cannot be set up: ${at.git} cannot be made.'
}
runyard_fetch() {
  for runyard_want; do
    if runyard_try git fetch -q --depth 1 --no-tags --no-recurse-submodules origin "$runyard_want"; then
      runyard_commit=$(git rev-parse -q --verify 'FETCH_HEAD^{commit}')
      return
    fi
    case $runyard_words in
      *'not our ref'* | *'unadvertised object'* | *"find remote ref"* | *'all necessary objects'* | *shallow*) ;;
      *) runyard_fail "$runyard_status" "$runyard_words" ;;
    esac
  done
  runyard_first=$runyard_words
  runyard_git fetch -q --no-recurse-submodules origin '+refs/heads/*:refs/remotes/origin/*' '+refs/tags/*:refs/tags/*'
  for runyard_want; do
    case $runyard_want in refs/heads/*) runyard_want=refs/remotes/origin/\${runyard_want#refs/heads/} ;; esac
    if runyard_commit=$(git rev-parse -q --verify "$runyard_want^{commit}"); then return; fi
  done
  runyard_fail 128 "$runyard_first
fatal: couldn't find remote ref $1"
}
runyard_submodules() {
  if [ ! -f .gitmodules ]; then return; fi
  if runyard_try git submodule update -q --init --recursive --depth 1; then return; fi
  git submodule deinit -q -f --all
  rm -rf .git/modules
  runyard_git submodule update -q --init --recursive --no-recommend-shallow
}
runyard_lfs() {
  if ! git lfs version >/dev/null 2>&1; then
    runyard_refuse 'The source asks for LFS, but git-lfs is not in the image that fetches sources. Use one that has it (the option \`gitImage\` of k8sExecutor), or switch lfs off.'
  fi
  runyard_git lfs install --local --skip-repo
  runyard_git lfs pull origin
}
rm -rf ${at.workspace}
mkdir -p ${at.workspace} ${at.home} || runyard_refuse 'The workspace cannot be made: its volume is full, or this user may not write there.'
${forAll ? `printf '[safe]\\n\\tdirectory = *\\n' >${at.home}/.gitconfig\n` : ''}`;

const stepOf = (source: SourceToFetch, at: Paths): string => {
  const { index, url, path, wants, submodules, lfs, access } = source;
  const cut = path.lastIndexOf('/');
  const [folder, name] = cut < 0 ? ['.', path] : [path.slice(0, cut), path.slice(cut + 1)];
  const format = wants.some((want) => /^[0-9a-f]{64}$/.test(want)) ? ' --object-format=sha256' : '';
  return `runyard_source=${index}
printf '%s\\n' ${shellQuote(`${url} at ${wants[0]} into ${path}`)}
${gitSetup(source, { secret: at.secret, home: at.git })}
runyard_enter ${shellQuote(path)} ${shellQuote(folder)} ${shellQuote(name)}
export GIT_ALLOW_PROTOCOL=${shellQuote(access.protocols)}
runyard_git init -q --template=${format} .
runyard_git config remote.origin.url ${shellQuote(url)}
runyard_git config remote.origin.fetch '+refs/heads/*:refs/remotes/origin/*'
runyard_fetch ${shellWords(wants)}
runyard_git checkout -q --detach --force "$runyard_commit" --
${lfs ? 'runyard_lfs\n' : ''}${submodules ? `export GIT_ALLOW_PROTOCOL=${shellQuote(access.submoduleProtocols)}\nrunyard_submodules\n${lfs ? lfsInSubmodules : ''}` : ''}`;
};

const lfsInSubmodules = `runyard_git submodule foreach -q --recursive 'git lfs install --local --skip-repo && git lfs pull origin'\n`;
