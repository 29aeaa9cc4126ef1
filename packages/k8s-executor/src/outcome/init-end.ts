import type { Outcome } from '@runyard/core';
import { gitFailure } from '@runyard/core/executor-kit';
import type { JobObject, TerminatedState } from '../api/objects.ts';
import { sourceExits } from '../manifest/inside.ts';
import { whenEnded } from './container-end.ts';
import { parseSourceNote } from './note.ts';
import { sourceContainer } from './pod-facts.ts';
import { signalNames } from './signal-names.ts';
import { infrastructure, inWords, startFailed, stoppedBeforeStart } from './words.ts';

export interface InitEnd {
  name: string;
  ended: TerminatedState;
  /** We had asked for it. */
  ours: boolean;
}

/** What it means that an init container ended badly: the sources did not come, or what a pod template added failed. */
export const initEnd = (job: JobObject | null, init: InitEnd): Outcome => ({
  ...outcomeOf(job, init),
  ...whenEnded(init.ended),
});

const outcomeOf = (job: JobObject | null, { name, ended, ours }: InitEnd): Outcome => {
  const { exitCode, reason, message } = ended;
  if (ours && signalNames.has(exitCode - 128)) return stoppedBeforeStart;
  if (reason === 'Unknown') return infrastructure('node-restarted', endUnseen(name));
  if (name !== sourceContainer)
    return startFailed('init-failed', `Its init container ${name} ended with exit code ${exitCode}${inWords(message)}`);
  if (reason === 'OOMKilled')
    return startFailed('source-failed', 'Its sources took more memory to fetch than there was.');
  if (reason === 'StartError')
    return startFailed('source-failed', `Its sources could not be fetched${inWords(message)}`);
  const note = parseSourceNote(message);
  if (note?.exitCode === sourceExits.invalidSource) return startFailed('invalid-source', note.stderr);
  if (note !== null && signalNames.has(note.exitCode - 128)) return infrastructure('terminated', note.stderr);
  const source = note === null ? undefined : sourcesOf(job)[note.index];
  if (note !== null && source !== undefined) return gitFailure(note.stderr, source).outcome;
  return startFailed(
    'source-failed',
    `Its sources could not be fetched (exit code ${exitCode})${inWords(note?.stderr.slice(-1000))}`,
  );
};

/** What was to be fetched, in order. */
const sourcesOf = (job: JobObject | null): readonly ({ url: string; commit: string } | undefined)[] => {
  try {
    const sources: unknown = JSON.parse(job?.metadata.annotations?.['runyard.dev/sources'] ?? '[]');
    return Array.isArray(sources) ? sources.map((one) => (isSource(one) ? one : undefined)) : [];
  } catch {
    return [];
  }
};

const isSource = (one: unknown): one is { url: string; commit: string } =>
  typeof one === 'object' &&
  one !== null &&
  typeof (one as { url?: unknown }).url === 'string' &&
  typeof (one as { commit?: unknown }).commit === 'string';

const endUnseen = (name: string): string =>
  `Its node or the container engine there was started anew while the init container ${name} ran.`;
