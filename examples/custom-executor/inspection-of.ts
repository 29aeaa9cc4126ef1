import { type Inspection, type Outcome, parsePhaseNote, scriptOutcome } from '@runyard/core';
import type { AgentAttempt } from './agent/answers.ts';

/** What Runyard calls the state that an agent tells. */
export const inspectionOf = ({ state, end, phase }: AgentAttempt): Inspection => {
  if (end === null) return { state: state === 'prepared' ? 'prepared' : 'running' };
  const outcome = outcomeOf(end, phase);
  return { state: 'finished', outcome: { ...outcome, endedAt: end.at } };
};

export const lost: Outcome = { class: 'lost', sentence: 'The agent knows it no more: somebody removed it.' };

const outcomeOf = (end: NonNullable<AgentAttempt['end']>, phase: string): Outcome => {
  const note = parsePhaseNote(phase);
  switch (end.how) {
    case 'stopped-before-start':
      return { class: 'infrastructure', reason: end.how, sentence: 'It was stopped before it was started.' };
    case 'not-started':
      return { class: 'start-failed', reason: 'shell-missing', sentence: end.why };
    case 'signalled':
      return { class: 'signalled', signal: end.signal, ...(note !== null && { phase: note.name }) };
    case 'exited':
      return scriptOutcome(end.code, note ?? { name: 'command' });
  }
};
