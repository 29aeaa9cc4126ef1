import { type Outcome, scriptOutcome } from '@runyard/core';
import type { PodObject, TerminatedState } from '../api/objects.ts';
import { wrapperExits } from '../manifest/inside.ts';
import { type Note, parseNote } from './note.ts';
import { signalNames } from './signal-names.ts';
import { epoch } from './times.ts';
import { infrastructure, inWords, startFailed } from './words.ts';

/** How the container `job` ended: by itself, or since we had asked for it (`ours`). */
export const containerEnd = (pod: PodObject, ended: TerminatedState, ours: boolean): Outcome => {
  const note = noteOf(pod, ended);
  const phase = note?.phase;
  return { ...endOf({ ended, note, ours, noted: isNoted(pod) }), ...whenEnded(ended), ...(phase != null && { phase }) };
};

/** The wrapper's note, where the container has one of it. One that does not fit the exit code is none: the end of a log, which a job wrote. */
export const noteOf = (pod: PodObject, { message, exitCode }: TerminatedState): Note | null => {
  const note = isNoted(pod) ? parseNote(message) : null;
  return note?.status === exitCode ? note : null;
};

const isNoted = ({ metadata }: PodObject): boolean => metadata.annotations?.['runyard.dev/notes'] === '1';

export const whenEnded = ({ finishedAt }: TerminatedState): { endedAt?: number } => {
  const endedAt = epoch(finishedAt);
  return endedAt === undefined ? {} : { endedAt };
};

interface Ended {
  ended: TerminatedState;
  note: Note | null;
  /** The wrapper ran it, which leaves a note unless it was killed. */
  noted: boolean;
  ours: boolean;
}

const endOf = ({ ended, note, noted, ours }: Ended): Outcome => {
  const { exitCode, reason = '', message } = ended;
  if (neverBegan.test(reason)) return notStarted(message);
  // A child that ran out of memory sets the mark beside an exit code 0: then the command coped with it.
  if (reason === 'OOMKilled' && exitCode !== 0) return { class: 'oom', sentence: outOfMemory };
  if (note !== null) return byNote(note, ours);
  if (reason === 'Unknown') return infrastructure('node-restarted', endUnseen);
  if (noted && ours) return bySignal(exitCode) ?? { class: 'exited', code: exitCode };
  if (noted && exitCode === 137) return infrastructure('killed-from-outside', killed);
  return { class: 'exited', code: exitCode };
};

const neverBegan = /^(StartError|ContainerCannotRun|RunContainerError|CreateContainer\w*Error)$/;

const notStarted = (message: string | undefined): Outcome => {
  const [, shell] = /exec: "(?:\/\S*\/)?(sh|bash)": .*(?:not found|no such file)/.exec(message ?? '') ?? [];
  if (shell === 'bash') return startFailed('bash-missing', bashMissing);
  if (shell === 'sh') return startFailed('shell-missing', shellMissing);
  return startFailed('container-start', `Its container could not be started${inWords(message)}`);
};

const byNote = ({ status, signalled, interrupted, phase, sentence }: Note, ours: boolean): Outcome => {
  if (phase === null && status === wrapperExits.ranBefore)
    return infrastructure('node-restarted', sentence ?? endUnseen);
  if (interrupted && !ours) return infrastructure('terminated', toldToEnd);
  const signal = signalled ? bySignal(status) : undefined;
  if (signal !== undefined) return signal;
  if (phase !== null) return scriptOutcome(status, { name: phase, ...(sentence !== undefined && { sentence }) });
  return status === 0 ? { class: 'exited', code: 0 } : beforeItsScript(status, sentence);
};

// The script says which phase begins before anything else.
const beforeItsScript = (status: number, sentence = ''): Outcome => {
  if (status === wrapperExits.noFolders) return startFailed('folders-failed', sentence);
  if (status === wrapperExits.secretsFailed)
    return startFailed('secrets-failed', `Its secrets could not be put in place${inWords(sentence)}`);
  if (status !== 126 && status !== 127) return startFailed('container-start', inExit(status, sentence));
  if (/\bbash\b/.test(sentence)) return startFailed('bash-missing', sentence);
  return startFailed('shell-missing', sentence === '' ? shellMissing : sentence);
};

const inExit = (status: number, sentence: string): string =>
  `Its container ended with exit code ${status} before anything of the job ran${inWords(sentence)}`;

const bySignal = (status: number): Outcome | undefined => {
  const signal = signalNames.get(status - 128);
  return signal === undefined ? undefined : { class: 'signalled', signal };
};

const outOfMemory = 'It used more memory than its size has, and the kernel ended it. Give the job a larger size.';

const shellMissing =
  'Its image has no shell to run its script: `sh`, or for jobs with a start script `bash`. Use an image that has.';

const bashMissing =
  'Its image has no bash, which a start script needs. Use an image with bash, or leave out the start script.';

const toldToEnd = 'It was told to end by something else than Runyard. Nothing says how far it came.';

const killed =
  'Its container was killed by something else than Runyard, as by a person on its node (exit code 137, and no word of the kernel having ended it for want of memory).';

const endUnseen = 'Its node or the container engine there was started anew, and nobody saw how its container ended.';
