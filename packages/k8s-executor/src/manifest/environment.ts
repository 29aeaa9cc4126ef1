import type { Launch } from '@runyard/core';
import { inside } from './inside.ts';
import type { PlainObject } from './plain-object.ts';

/** Every variable of an attempt that stands in its Secret, by name; secrets are among them. */
export const variablesOf = (
  { key, env, secrets }: Launch,
  { byPlugin }: { byPlugin: boolean },
): Record<string, string> => ({
  HOME: inside.home,
  TMPDIR: inside.tmp,
  ...withoutOthersGpus({ ...env, ...secretVariables(secrets) }, byPlugin),
  RUNYARD_ATTEMPT: key,
  RUNYARD_PHASE_FILE: `${inside.state}/phase`,
  RUNYARD_SCRATCH_DIR: inside.scratch,
});

const secretVariables = (secrets: Launch['secrets']): Record<string, string> =>
  Object.fromEntries(
    secrets.filter(({ type }) => type === 'environment_variable').map(({ location, value }) => [location, value]),
  );

/**
 * Where NVIDIA's runtime is a node's default, this variable alone asks it for devices, also one that comes with the image. Who has none says `void`; for
 * who has some, the device plugin sets it.
 */
export const gpuVariable = 'NVIDIA_VISIBLE_DEVICES';

// Whatever a job says of it, as a variable or as a secret.
const withoutOthersGpus = (
  { [gpuVariable]: _, ...env }: Readonly<Record<string, string>>,
  byPlugin: boolean,
): Record<string, string> => (byPlugin ? env : { ...env, [gpuVariable]: 'void' });

/** The variable's value comes from the Secret, so that nothing of it stands in the pod. */
export const variableFrom = (secret: string, name: string): PlainObject => ({
  name,
  valueFrom: { secretKeyRef: { name: secret, key: secretKeys.variable(name) } },
});

/** What each of several pods is told of the others. */
export const rankVariables = (scale: number, leader: string): PlainObject[] => [
  fieldVariable('RUNYARD_RANK', "metadata.annotations['batch.kubernetes.io/job-completion-index']"),
  { name: 'RUNYARD_SCALE', value: String(scale) },
  { name: 'RUNYARD_LEADER', value: leader },
];

/** The variable's value is what the pod says of itself there. */
export const fieldVariable = (name: string, fieldPath: string): PlainObject => ({
  name,
  valueFrom: { fieldRef: { fieldPath } },
});

/** Keys of an attempt's Secret. */
export const secretKeys = {
  wrapper: 'wrapper',
  script: 'script',
  /** Puts the files of secrets in place. */
  place: 'place',
  /** What runs in `source`. */
  fetch: 'fetch',
  /** Of the container `source`, where its user has no name of its own: ssh wants one. */
  passwd: 'passwd',
  knownHosts: 'known_hosts',
  variable: (name: string) => `env.${name}`,
  file: (index: number) => `file.${index}`,
  git: (source: number, what: 'key' | 'known_hosts' | 'username' | 'password') => `git.${source}.${what}`,
} as const;
