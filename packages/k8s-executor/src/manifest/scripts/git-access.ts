import { shellQuote, sshCommand } from '@runyard/core/executor-kit';
import { secretKeys } from '../environment.ts';
import type { SourceToFetch } from './source-to-fetch.ts';

/** Shell lines that set git up for one source, in `home`: a folder in memory that only this user may look into. */
export const gitSetup = (source: SourceToFetch, { secret, home }: { secret: string; home: string }): string => {
  const { index, access } = source;
  const file = (what: Parameters<typeof secretKeys.git>[1]) => `${secret}/${secretKeys.git(index, what)}`;
  const files = [
    ['.gitconfig', gitConfig(access.httpsOrigin, home)],
    ['credential', credentialHelper({ username: file('username'), password: file('password') })],
    ['ssh', sshProgram(source, { secret, home })],
  ] as const;
  return [
    'runyard_clear_home',
    ...files.map(([name, content]) => `printf '%s' ${shellQuote(content)} >${home}/${name}`),
    ...(access.ssh.key ? [`cat ${file('key')} >${home}/key && chmod 600 ${home}/key`] : []),
    `export GIT_SSH_COMMAND='sh ${home}/ssh'`,
  ].join('\n');
};

// The image's own helpers are not asked; ours is asked for that one server.
const gitConfig = (origin: string | null, home: string): string => `[core]
	hooksPath = /dev/null
[fetch]
	recurseSubmodules = false
[gc]
	auto = 0
[maintenance]
	auto = false
[init]
	templateDir =
	defaultBranch = main
[safe]
	directory = *
[http]
	lowSpeedLimit = 1
	lowSpeedTime = 300
[credential]
	helper =
${origin === null ? '' : `[credential "${origin.replace(/["\\]/g, '\\$&')}"]\n\thelper = !sh ${home}/credential\n`}`;

const credentialHelper = ({
  username,
  password,
}: {
  username: string;
  password: string;
}): string => `[ "$1" = get ] || exit 0
printf 'username='
cat ${username}
printf '\\npassword='
cat ${password}
printf '\\n'
`;

// As git calls it: options, `[user@]host`, command. The key is for the source's own server; submodules elsewhere get what is for everybody.
const sshProgram = (
  { index, access: { ssh } }: SourceToFetch,
  { secret, home }: { secret: string; home: string },
): string => {
  const file = {
    credential: `${secret}/${secretKeys.git(index, 'known_hosts')}`,
    host: `${secret}/${secretKeys.knownHosts}`,
    none: '/dev/null',
  }[ssh.knownHosts];
  const knownHosts = { file, learn: false };
  const withKey = `exec ${sshCommand({ key: `${home}/key`, knownHosts })} "$@"`;
  return `runyard_host= runyard_port= runyard_option=
for runyard_word; do
  case $runyard_option in
    -p) runyard_port=$runyard_word runyard_option= ; continue ;;
    -o) runyard_option= ; continue ;;
  esac
  case $runyard_word in
    -p | -o) runyard_option=$runyard_word ;;
    -*) ;;
    *) runyard_host=\${runyard_word##*@}; break ;;
  esac
done
case $runyard_host:$runyard_port in
  ${shellQuote(`${ssh.host}:${ssh.port}`)}) ${ssh.key ? withKey : ':'} ;;
esac
exec ${sshCommand({ key: null, knownHosts })} "$@"
`;
};
