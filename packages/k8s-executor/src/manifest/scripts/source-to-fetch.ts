import { type GitCredential, type Launch, startFailed } from '@runyard/core';
import { allowedProtocols, httpOrigin, parseGitUrl } from '@runyard/core/executor-kit';

/** A source as the container `source` fetches it. */
export interface SourceToFetch {
  /** In the launch. */
  index: number;
  url: string;
  /** Relative to the workspace; '.' is the workspace itself. */
  path: string;
  /** Commits or refs, of which the first that is there is taken. */
  wants: readonly string[];
  submodules: boolean;
  lfs: boolean;
  access: GitAccess;
}

/** How a repository is reached. What is secret of it lies in files. */
export interface GitAccess {
  /** Values of GIT_ALLOW_PROTOCOL. */
  protocols: string;
  submoduleProtocols: string;
  /** `https://host:port`, to which alone user name and password are given; null: to nobody. */
  httpsOrigin: string | null;
  /** What ssh needs, where it may be used. */
  ssh: { host: string; port: string; key: boolean; knownHosts: 'credential' | 'host' | 'none' };
}

/** The credentials of a launch's sources, in their order; null for one that names none. Rejects as `LaunchSource.credential` does. */
export const sourceCredentials = (
  { sources }: Pick<Launch, 'sources'>,
  signal: AbortSignal,
): Promise<(GitCredential | null)[]> => Promise.all(sources.map((source) => source.credential(signal)));

/** Throws `startFailed('invalid-source', …)` for what can never be fetched so. */
export const sourcesToFetch = (
  { sources }: Pick<Launch, 'sources'>,
  credentials: readonly (GitCredential | null)[],
  options: { knownHosts: string | undefined },
): SourceToFetch[] =>
  sources.map(({ url, commit, path, submodules, lfs }, index) => ({
    ...{ index, url, path, submodules, lfs },
    wants: [commit],
    access: gitAccess(url, credentials[index] ?? null, options),
  }));

export const gitAccess = (
  url: string,
  credential: GitCredential | null,
  { knownHosts }: { knownHosts: string | undefined },
): GitAccess => {
  const parsed = /\p{Cc}/u.test(url) ? null : parseGitUrl(url);
  if (parsed === null || parsed.scheme === 'file')
    throw startFailed('invalid-source', `A pod cannot fetch ${url}: it is no url that the cluster could reach.`);
  if (credential !== null && (parsed.scheme === 'ssh') !== (credential.kind === 'ssh'))
    throw startFailed(
      'invalid-source',
      `The credential is one for ${credential.kind}, but the source's url is not: ${url}`,
    );
  const ofCredential = credential?.kind === 'ssh' && credential.knownHosts ? ('credential' as const) : null;
  const known = ofCredential ?? (knownHosts === undefined ? 'none' : 'host');
  if (parsed.scheme === 'ssh' && known === 'none')
    throw startFailed(
      'invalid-source',
      `No host keys are known for ${parsed.host}, and none is learned: give them with the credential, or in the option \`knownHosts\` of k8sExecutor (as \`ssh-keyscan\` prints them).`,
    );
  const own = allowedProtocols(url);
  return {
    protocols: own,
    // A submodule may lie elsewhere, but never behind a weaker way than its parent.
    submoduleProtocols: [...new Set([...own.split(':'), 'https', 'ssh'])].join(':'),
    httpsOrigin: credential?.kind === 'https' ? (credential.origin ?? httpOrigin(url)) : null,
    ssh: {
      ...(parsed.scheme === 'ssh' ? hostAndPort(parsed.host) : { host: '', port: '' }),
      key: credential?.kind === 'ssh',
      knownHosts: known,
    },
  };
};

const hostAndPort = (text: string): { host: string; port: string } => {
  const [, bracketed, plain, port = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  return { host: bracketed ?? plain ?? text, port };
};
