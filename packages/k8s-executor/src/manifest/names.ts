import type { Launch } from '@runyard/core';
import { isDnsLabel } from '../spec/names.ts';

/** All that is ours carries these. */
export const labels = {
  managedBy: 'app.kubernetes.io/managed-by',
  installation: 'runyard.dev/installation',
  run: 'runyard.dev/run',
  attempt: 'runyard.dev/attempt',
} as const;

/** Value of `labels.managedBy`, by which the watches find what is ours. */
export const manager = 'runyard';

export const annotations = {
  /** Of a Job: the version of how an attempt is laid out. */
  version: 'runyard.dev/version',
  /** Of a Job: the name of its Secret. */
  secret: 'runyard.dev/secret',
  /** Of a Job: the hash of all that is not secret in it. */
  content: 'runyard.dev/content',
  /** Of a Job: what its container `source` fetches, as JSON: `[{ url, commit }]`, in the order of the launch. */
  sources: 'runyard.dev/sources',
  /** Of a Job: it has been started, so that a suspension is one that came later. */
  started: 'runyard.dev/started',
  /** Of a pod: its containers write notes where they end. */
  notes: 'runyard.dev/notes',
} as const;

/** With this label a suspended Job waits in that LocalQueue of Kueue. A Job gets it when it is started, and is made without. */
export const queueLabel = 'kueue.x-k8s.io/queue-name';

export interface AttemptNames {
  job: string;
  /**
   * Of the Secret, the Service of several pods and the claim's template. Each preparation chooses its own, so that no two write into one, and none is
   * taken for that of a Job which had the same name before.
   */
  dependents: string;
}

/** Names from the key (`<run id>.<attempt>`) and 8 hex digits that whoever prepares has chosen. */
export const attemptNames = ({ key }: Pick<Launch, 'key'>, nonce: string): AttemptNames => {
  const { run, attempt } = partsOf(key);
  const job = `runyard-${run}-${attempt}`;
  return { job, dependents: `${job}-${nonce}` };
};

/** Whether somebody has started the Job: resumed from a later suspension it would run a second time. */
export const wasStarted = ({ metadata }: { metadata: { annotations?: Readonly<Record<string, string>> } }): boolean =>
  metadata.annotations?.[annotations.started] !== undefined;

/** What a Job's preparer has chosen, by the Job's annotations; null where it is none of ours. */
export const nonceOf = (noted: Readonly<Record<string, string>> | undefined): string | null =>
  /-([0-9a-f]{8})$/.exec(noted?.[annotations.secret] ?? '')?.[1] ?? null;

export const attemptLabels = ({ key, installation }: Pick<Launch, 'key' | 'installation'>): Record<string, string> => {
  const { run, attempt } = partsOf(key);
  return {
    [labels.managedBy]: manager,
    [labels.installation]: installation,
    [labels.run]: run,
    [labels.attempt]: attempt,
  };
};

/** The key of what carries these labels; null where it is not ours. */
export const keyOfLabels = (given: Readonly<Record<string, string>> | undefined): string | null => {
  const run = given?.[labels.run];
  const attempt = given?.[labels.attempt];
  return given?.[labels.managedBy] !== manager || run === undefined || attempt === undefined
    ? null
    : `${run}.${attempt}`;
};

const partsOf = (key: string): { run: string; attempt: string } => {
  const [, run, attempt] = /^([a-z0-9]+)\.(\d+)$/.exec(key) ?? [];
  // The name of the last of 10,000 pods has five characters more, and names of hosts end at 63.
  if (run !== undefined && attempt !== undefined && isDnsLabel(`runyard-${run}-${attempt}-9999`))
    return { run, attempt };
  throw new TypeError(`not a key that can name a Job: ${key}`);
};
