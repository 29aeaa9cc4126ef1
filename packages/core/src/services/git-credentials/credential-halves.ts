import { readOrigin } from '../../access/git/https-origin.ts';
import { readKnownHosts } from '../../access/git/known-hosts.ts';
import { newKeyPair } from '../../access/git/new-key-pair.ts';
import { fingerprintOf, publicKeyLine } from '../../access/git/public-key.ts';
import { publishedHostKeys } from '../../access/git/published-host-keys.ts';
import { readPrivateKey } from '../../access/git/read-private-key.ts';
import type { GitCredential } from '../../ports/source.ts';
import type { GitCredentialInput, HttpsCredentialPatch, SshCredentialPatch } from './api.ts';
import type { PublicHalf } from './credential-data.ts';
import { readToken, readUsername } from './parse-credential.ts';

/** A credential as sources get it, and what may be shown of it. The host is also in the secret half, where nobody can change it in the store. */
export interface Halves {
  secret: GitCredential;
  shown: PublicHalf;
}

export const newHalves = (input: GitCredentialInput): Halves => {
  if (input.kind === 'ssh') {
    const { name, privateKey, knownHosts = publishedHostKeys } = input;
    return sshHalves({ name, privateKey, knownHosts });
  }
  const { host, username = 'x-access-token', token } = input;
  return httpsHalves({ origin: readOrigin(host), username: readUsername(username), password: readToken(token) });
};

/** As it is after a change. */
export const changedHalves = (
  { secret, shown }: Halves,
  name: string,
  patch: SshCredentialPatch & HttpsCredentialPatch,
): Halves => {
  if (secret.kind === 'https' && shown.kind === 'https') {
    const { host, token } = patch;
    const username = patch.username === undefined ? secret.username : readUsername(patch.username);
    const password = token === undefined ? secret.password : readToken(token);
    return httpsHalves({ origin: host === undefined ? shown.origin : readOrigin(host), username, password });
  }
  if (secret.kind !== 'ssh' || shown.kind !== 'ssh') throw new TypeError('the halves of a credential are of two kinds');
  const { newPair, privateKey, knownHosts = shown.knownHosts } = patch;
  if (newPair || privateKey !== undefined) return sshHalves({ name, privateKey, knownHosts });
  const pinned = readKnownHosts(knownHosts);
  return { secret: { ...secret, knownHosts: pinned }, shown: { ...shown, knownHosts: pinned } };
};

interface SshParts {
  name: string;
  privateKey: string | undefined;
  knownHosts: string;
}

const sshHalves = ({ name, privateKey: given, knownHosts }: SshParts): Halves => {
  const comment = `runyard: ${name}`;
  const pinned = readKnownHosts(knownHosts);
  const { privateKey, blob } = given === undefined ? newKeyPair(comment) : readPrivateKey(given, comment);
  return {
    secret: { kind: 'ssh', privateKey, knownHosts: pinned },
    shown: {
      kind: 'ssh',
      publicKey: publicKeyLine(blob, comment),
      fingerprint: fingerprintOf(blob),
      knownHosts: pinned,
    },
  };
};

const httpsHalves = (parts: { origin: string; username: string; password: string }): Halves => ({
  secret: { kind: 'https', ...parts },
  shown: { kind: 'https', origin: parts.origin, username: parts.username },
});
