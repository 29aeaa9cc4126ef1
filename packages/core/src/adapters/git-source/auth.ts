import { createHmac } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunyardError } from '../../domain/errors.ts';
import { infrastructureFailed, isAttemptFailed, startFailed } from '../../domain/run/launch-errors.ts';
import type { GitCredential, SourceOptions } from '../../ports/source.ts';
import { httpOrigin, parseGitUrl } from '../shared/git/git-url.ts';
import { sshCommand } from '../shared/git/ssh-command.ts';
import { makeKeyFolder } from './key-folder.ts';
import type { Workplace } from './workplace.ts';

/** What git needs to get in, as long as `work` runs. */
export interface Access {
  env: Record<string, string>;
  config: string[];
}

/** The credential that a source names; null where it names none. */
export async function readCredential(name: string | null, options: SourceOptions): Promise<GitCredential | null> {
  if (name === null) return null;
  try {
    return await options.credential(name);
  } catch (error) {
    options.signal.throwIfAborted();
    if (isAttemptFailed(error)) throw error;
    // The provider could not be asked: that is no outcome, and the engine asks again.
    if (isRunyardError(error) && error.code === 'executor-unavailable') throw error;
    if (isRunyardError(error) && error.code === 'unknown-credential') {
      throw startFailed('unknown-credential', error.message, error);
    }
    const why = error instanceof Error ? error.message : String(error);
    throw infrastructureFailed('source-unreachable', `The credential "${name}" could not be read: ${why}`, error);
  }
}

/** Tells credentials apart without telling what they are. */
export function fingerprint(credential: GitCredential | null, { fingerprintKey }: Workplace): string {
  return createHmac('sha256', fingerprintKey).update(JSON.stringify(credential)).digest('hex');
}

/** Calls `work` with a way in, and leaves nothing of it behind. */
export async function withAccess<T>(
  url: string,
  { credential, workplace }: { credential: GitCredential | null; workplace: Workplace },
  work: (access: Access) => Promise<T>,
): Promise<T> {
  const isSsh = parseGitUrl(url)?.scheme === 'ssh';
  if (credential !== null && isSsh !== (credential.kind === 'ssh')) {
    const sentence = `The credential is one for ${credential.kind}, but the source's url is not: ${url}`;
    throw startFailed('invalid-source', sentence);
  }
  if (isSsh) return withSsh(credential?.kind === 'ssh' ? credential : null, workplace, work);
  return work(credential?.kind === 'https' ? httpsAccess(url, credential) : { env: {}, config: [] });
}

// A credential helper rather than an askpass program: git asks it only for this server, also after a redirect, and it
// needs no executable file. The password is in the environment of git alone.
function httpsAccess(url: string, { username, password, origin }: GitCredential & { kind: 'https' }): Access {
  if (/[\r\n\0]/.test(username + password)) {
    throw startFailed('source-refused', 'The credential has a line break in its user name or password.');
  }
  return {
    env: { RUNYARD_GIT_USERNAME: username, RUNYARD_GIT_PASSWORD: password },
    config: [`credential.${origin ?? httpOrigin(url)}.helper=${helper}`],
  };
}

const helper = `!f() { test "$1" = get && printf 'username=%s\\npassword=%s\\n' "$RUNYARD_GIT_USERNAME" "$RUNYARD_GIT_PASSWORD"; }; f`;

async function withSsh<T>(
  credential: (GitCredential & { kind: 'ssh' }) | null,
  workplace: Workplace,
  work: (access: Access) => Promise<T>,
): Promise<T> {
  const { knownHosts } = workplace;
  const dir = await makeKeyFolder(workplace);
  const key = join(dir, 'key');
  const given = join(dir, 'known_hosts');
  try {
    if (credential) await writeFile(key, `${credential.privateKey.trimEnd()}\n`, { mode: 0o600 });
    const pinned = credential?.knownHosts;
    // Also where there are none: then no host is believed.
    if (pinned !== undefined) await writeFile(given, pinned, { mode: 0o600 });
    const command = sshCommand({
      key: credential ? key : null,
      knownHosts: pinned !== undefined ? { file: given, learn: false } : { file: knownHosts, learn: true },
    });
    return await work({ env: { GIT_SSH_COMMAND: command, GIT_SSH_VARIANT: 'ssh' }, config: [] });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
