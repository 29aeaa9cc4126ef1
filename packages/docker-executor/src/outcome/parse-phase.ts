import { type PhaseNote, parsePhaseNote } from '@runyard/core';

/** The phase that a note tells, short enough to be kept: the job can write there as well. null: none has begun. */
export const parsePhase = (text: string): PhaseNote | null => {
  const note = parsePhaseNote(text);
  if (note === null) return null;
  // What is none of the script's phases was written by its command.
  if (!phases.includes(note.name)) return { name: 'command' };
  return note.sentence === undefined ? note : { ...note, sentence: note.sentence.slice(0, mostSentence) };
};

const phases = ['extra-packages', 'start-script', 'working-dir', 'command'];

const mostSentence = 2048;
