import type { LaunchSecret } from '@runyard/core';
import { shellQuote, workspacePath } from '@runyard/core/executor-kit';
import { inside } from '../inside.ts';

/**
 * What the wrapper runs in the script's shell before the script: variables and files of the secrets. It goes over stdin, so
 * they are in nothing that the engine keeps.
 *
 * One line, `<mark> <length> <program> <mark>`, the program in printable ASCII as `printf %b` reads it: a shell reads a line in a time that grows
 * with its length alone, and counts its characters alike in every locale. Where two send at once, what comes first to its end begins with another mark,
 * or is too long.
 */
export const secretsLine = (secrets: readonly LaunchSecret[], mark: string): string => {
  const program = encoded(secrets.map(lineOf).join(''));
  return `${mark} ${program.length} ${program} ${mark}\n`;
};

const encoded = (program: string): string => {
  const bytes = Buffer.from(program, 'utf8').toString('latin1');
  return bytes.replace(/[^!-[\]-~]/g, (byte) => `\\0${byte.charCodeAt(0).toString(8).padStart(3, '0')}`);
};

const lineOf = (secret: LaunchSecret, index: number): string =>
  secret.type === 'environment_variable'
    ? `export ${secret.location}=${shellQuote(secret.value)}\n`
    : fileOf(secret, `${inside.files}/${index}`);

/**
 * In memory, with a link from the workspace; in a container that an earlier version made, which has no such place, in the workspace. In a shell of its own
 * for its umask; made anew where the source brought one, and never through a symlink out of the workspace.
 */
const fileOf = ({ location, value }: LaunchSecret, kept: string): string => {
  const path = workspacePath(location);
  if (path === null || path === '.') return refuse(location);
  const cut = path.lastIndexOf('/');
  const [dir, name] = cut < 0 ? ['.', path] : [path.slice(0, cut), path.slice(cut + 1)];
  return `(
cd -P -- ${inside.workspace} || exit 1
${dir === '.' ? '' : `mkdir -p -- ./${shellQuote(dir)} && `}cd -P -- ./${shellQuote(dir)} || exit 1
case $PWD/ in
  ${inside.workspace}/*) ;;
  *) ${refuse(location).trim()} ;;
esac
umask 077
if [ -e ./${shellQuote(name)} ] || [ -L ./${shellQuote(name)} ]; then rm -f -- ./${shellQuote(name)} || exit 1; fi
runyard_file=./${shellQuote(name)}
if [ -d ${inside.files} ]; then ln -s ${kept} "$runyard_file" && runyard_file=${kept} || exit 1; fi
printf '%s' ${shellQuote(value)} >"$runyard_file" && chmod 400 "$runyard_file" || exit 1
) || exit 1
`;
};

const refuse = (location: string): string =>
  `printf 'runyard: %s\\n' ${shellQuote(`The secret file '${location}' would lie outside of the workspace.`)} >&2; exit 1\n`;
