import { constants } from 'node:os';
import { type Outcome, scriptOutcome } from '@runyard/core';
import type { Container } from '../engine/answers.ts';
import { wrapperExits } from '../inside.ts';
import type { ExitNote, Notes } from './read-notes.ts';

/** Which outcome the end of a container is, by the wrapper's notes; where there are none, by what the engine says. */
export const outcomeOf = ({ State, Config }: Pick<Container, 'State' | 'Config'>, notes: Notes): Outcome => {
  const { phase, exit } = notes;
  const when = { endedAt: finishedAt(State.FinishedAt) ?? exit?.at ?? 0, ...(phase !== null && { phase: phase.name }) };
  if (notes.claim !== 'run') return { ...neverRan(notes, State.ExitCode), ...when };
  // A child that ran out of memory sets the mark beside an exit 0: then the command coped with it.
  if (State.OOMKilled && (exit?.status ?? 1) !== 0) return { class: 'oom', sentence: outOfMemory, ...when };
  if (exit === null) return { ...withoutNote(notes.ordered, State.ExitCode, State.Error), ...when };
  if (exit.interrupted && !notes.ordered)
    return { class: 'infrastructure', reason: 'terminated', sentence: interrupted, ...when };
  const signal = signalOf(exit);
  if (signal !== undefined) return { class: 'signalled', signal, ...when };
  if (phase === null) return { ...neverBegan(Config.Cmd?.[0] ?? 'sh', exit.status), ...when };
  return { ...scriptOutcome(exit.status, phase), ...when };
};

const signalOf = ({ signalled, status }: ExitNote): string | undefined =>
  signalled ? signalNames.get(status - 128) : undefined;

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number as number, name]));

const neverRan = ({ claim, ordered }: Notes, status: number): Outcome =>
  claim === 'void' || ordered
    ? { class: 'infrastructure', reason: 'stopped-before-start', sentence: 'It was stopped before it was started.' }
    : {
        class: 'infrastructure',
        reason: 'wrapper-failed',
        sentence: `Its container ended with status ${status} before anything of the job ran; its log may say why.`,
      };

// The wrapper was killed with everything else.
const withoutNote = (ordered: boolean, status: number, error: string): Outcome => {
  if (ordered) return { class: 'signalled', signal: signalNames.get(status - 128) ?? 'SIGKILL' };
  if (status === wrapperExits.claimedBefore)
    return { class: 'infrastructure', reason: 'engine-stopped', sentence: startedAgain };
  const why = error === '' ? '' : ` (${error})`;
  return {
    class: 'infrastructure',
    reason: 'killed-from-outside',
    sentence: `Its container was killed by something else than Runyard: by its engine, as when that ends without live-restore, or by a person (status ${status})${why}.`,
  };
};

const outOfMemory = 'It used more memory than its size has, and the kernel ended it. Give the job a larger size.';

const interrupted =
  'It was told to end by something else than Runyard, as when its engine is stopped without live-restore. Nothing says how far it came.';

const startedAgain =
  'Its container was killed, and started again by something else than Runyard. Nothing of the job ran a second time.';

const neverBegan = (shell: string, status: number): Outcome => {
  if (status !== 126 && status !== 127)
    return { class: 'start-failed', reason: 'secrets-failed', sentence: secretsFailed };
  if (shell === 'bash') return { class: 'start-failed', reason: 'bash-missing', sentence: bashMissing };
  return { class: 'start-failed', reason: 'shell-missing', sentence: `Its image has no ${shell}.` };
};

const secretsFailed = 'Its secrets could not be put in place; its log says why.';

const bashMissing =
  'Its image has no bash, which a start script needs. Use an image with bash, or leave out the start script.';

/** Epoch ms; undefined for the engine's `0001-01-01T00:00:00Z`, which is never. */
export const finishedAt = (time: string): number | undefined => {
  const at = Date.parse(time);
  return at > 0 ? at : undefined;
};
