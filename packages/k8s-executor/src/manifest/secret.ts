import { type GitCredential, startFailed } from '@runyard/core';
import type { AttemptInput } from './attempt.ts';
import { secretKeys, variablesOf } from './environment.ts';
import { gpusByPlugin } from './gpus/demand.ts';
import { type Manifest, type Owner, ownedBy } from './manifest.ts';
import { attemptLabels, attemptNames } from './names.ts';
import { passwdOf } from './passwd.ts';
import { fetchProgram } from './scripts/fetch.ts';
import { placeProgram } from './scripts/place.ts';
import { sourcesToFetch } from './scripts/source-to-fetch.ts';
import { wrapper } from './scripts/wrapper.ts';
import { refuseTooLarge } from './secret-limits.ts';

export interface SecretInput {
  owner: Owner;
  /** As `sourceCredentials` gives them. */
  credentials: readonly (GitCredential | null)[];
}

/** All that its pod must not show: the script, the variables, the files of secrets, what fetches the sources, and with what. It ends with the Job. */
export const secretManifest = (input: AttemptInput, { owner, credentials }: SecretInput): Manifest => {
  const { launch, nonce } = input;
  const metadata = {
    name: attemptNames(launch, nonce).dependents,
    labels: attemptLabels(launch),
    ownerReferences: ownedBy(owner),
  };
  return opaqueSecret(metadata, secretTexts(input, credentials));
};

/** Throws `startFailed('too-large', …)`, with the name of the largest, where Kubernetes would not take the texts. */
export const opaqueSecret = (metadata: Manifest['metadata'], texts: Readonly<Record<string, string>>): Manifest => {
  const data = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text, 'utf8')]));
  refuseTooLarge(data);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    type: 'Opaque',
    data: Object.fromEntries(Object.entries(data).map(([key, bytes]) => [key, bytes.toString('base64')])),
  };
};

const secretTexts = (
  { launch, settings }: AttemptInput,
  credentials: SecretInput['credentials'],
): Record<string, string> => {
  const { script, secrets, sources } = launch;
  const variables = variablesOf(launch, { byPlugin: gpusByPlugin(launch.size.gpu, settings.gpus) });
  const place = placeProgram(secrets);
  const files = secrets.filter(({ type }) => type === 'file');
  return {
    [secretKeys.wrapper]: wrapper(),
    [secretKeys.script]: script.text,
    ...(place !== null && { [secretKeys.place]: place }),
    ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [secretKeys.variable(name), value])),
    ...Object.fromEntries(files.map(({ value }, index) => [secretKeys.file(index), value])),
    ...(sources.length > 0 && fetching({ launch, settings }, credentials)),
  };
};

const fetching = (
  { launch, settings }: Pick<AttemptInput, 'launch' | 'settings'>,
  credentials: SecretInput['credentials'],
): Record<string, string> => {
  const { knownHosts, user } = settings;
  return {
    [secretKeys.fetch]: fetchProgram(sourcesToFetch(launch, credentials, { knownHosts }), {
      forAll: user === undefined,
    }),
    ...(knownHosts !== undefined && { [secretKeys.knownHosts]: lines(knownHosts) }),
    ...(user !== undefined && { [secretKeys.passwd]: passwdOf(user) }),
    ...Object.assign({}, ...credentials.map((credential, index) => credentialFiles(credential, index, launch))),
  };
};

const credentialFiles = (
  credential: GitCredential | null,
  index: number,
  { sources }: AttemptInput['launch'],
): Record<string, string> => {
  if (credential === null) return {};
  const key = (what: Parameters<typeof secretKeys.git>[1]) => secretKeys.git(index, what);
  if (credential.kind === 'ssh')
    return {
      [key('key')]: lines(credential.privateKey),
      ...(credential.knownHosts && { [key('known_hosts')]: lines(credential.knownHosts) }),
    };
  const { username, password } = { username: credential.username.trimEnd(), password: credential.password.trimEnd() };
  // Git asks for both line by line.
  if (/\p{Cc}/u.test(username + password))
    throw startFailed('invalid-source', `The credential of ${sources[index]?.url} has a line break in it.`);
  return { [key('username')]: username, [key('password')]: password };
};

const lines = (text: string): string => `${text.trimEnd()}\n`;
