import { isAbsolute, resolve } from 'node:path';
import { parseGitUrl } from '../../../adapters/shared/git/git-url.ts';
import { type Git, GitRefused } from './ask-git.ts';
import { sshThatAsksNobody } from './ask-ssh.ts';
import { needsCredential } from './needs-credential.ts';

/** Where a job would fetch the code from. */
export interface Remote {
  name: string;
  /** Without a password or a token. */
  url: string;
  /** The URL had a password, or over http a user, in it. */
  hadCredentials: boolean;
  /** A folder of this machine. */
  isLocal: boolean;
  /** What it has now, with the commit of each; a sentence where it could not be asked. */
  refs: RemoteRefs | string;
  /** It lets in nobody without a credential; null: it is not known. */
  needsCredential: boolean | null;
}

export interface RemoteRefs {
  branches: ReadonlyMap<string, string>;
  tags: ReadonlyMap<string, string>;
}

export interface RemoteOptions {
  branch: string | null;
  /** The names of all there are. */
  names: readonly string[];
  /** The name of the one that is wanted. */
  wanted: string | undefined;
  /** Whether it may be called. */
  ask: boolean;
}

/** The wanted one, else the upstream of the branch, else `origin`, else the only one; null: none of these is there. */
export const remoteOf = async (
  git: Git,
  root: string,
  { branch, names, wanted, ask }: RemoteOptions,
): Promise<Remote | null> => {
  const upstream = branch === null ? null : (await git.askOr(root, ['config', `branch.${branch}.remote`]))?.trim();
  const usual = [upstream, 'origin', names.length === 1 ? names[0] : undefined];
  const name = (wanted === undefined ? usual : [wanted]).find((each) => each != null && names.includes(each));
  if (name == null) return null;
  const raw = (await git.ask(root, ['remote', 'get-url', name])).trim();
  const isLocal = parseGitUrl(raw)?.scheme === 'file' || parseGitUrl(raw) === null;
  const url = isLocal ? localUrl(root, raw) : withoutSecrets(raw);
  const [refs, needs] = await Promise.all([
    ask ? refsOf(git, root, name) : 'it was not asked (--offline)',
    needsCredential(git, url, { ask, timeoutMs: answerMs }),
  ]);
  return { name, url, hadCredentials: url !== raw && !isLocal, isLocal, refs, needsCredential: needs };
};

/** How long a remote may take to answer. */
const answerMs = 20_000;

const refsOf = async (git: Git, root: string, name: string): Promise<RemoteRefs | string> => {
  try {
    const text = await git.ask(root, ['ls-remote', '--heads', '--tags', name], {
      timeoutMs: answerMs,
      env: await sshThatAsksNobody(git, root),
    });
    const refs = lines(text).map((line) => line.split('\t') as [string, string]);
    const below = (folder: string): Map<string, string> =>
      // Of a tag that is an object of its own, a second line names its commit.
      new Map(
        refs
          .filter(([, ref]) => ref.startsWith(folder))
          .map(([commit, ref]) => [ref.slice(folder.length).replace(/\^\{\}$/, ''), commit]),
      );
    return { branches: below('refs/heads/'), tags: below('refs/tags/') };
  } catch (error) {
    if (error instanceof GitRefused) return error.message.split('\n')[0]?.replace(/\.$/, '') ?? '';
    throw error;
  }
};

// Of ssh the user is part of the address; of http it is a name or a token that a credential stands for.
const withoutSecrets = (url: string): string => {
  const [, scheme, authority, rest] = /^(\w+:\/\/)([^/]*)(.*)$/s.exec(url) ?? [];
  if (scheme === undefined || authority === undefined || rest === undefined || !authority.includes('@')) return url;
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  if (scheme !== 'ssh://') return `${scheme}${host}${rest}`;
  const [user] = authority.slice(0, at).split(':');
  return `${scheme}${user}@${host}${rest}`;
};

const localUrl = (root: string, raw: string): string => {
  if (raw.startsWith('file://')) return raw;
  return `file://${isAbsolute(raw) ? raw : resolve(root, raw)}`;
};

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
