import type { Outcome } from './outcome.ts';

/** Exit codes of the generated script itself. They mean this only together with the phase in which they came. */
export const scriptExits = {
  /** The tool that a package needs is not installed. */
  toolMissing: 69,
  /** The working directory is not there, or not in the workspace. */
  workingDir: 72,
  /** The package index did not answer. */
  indexUnreachable: 75,
} as const;

export interface PhaseNote {
  /** The phase that began last. */
  name: string;
  /** Why it failed, where the script itself said so. */
  sentence?: string;
}

/** What a script's exit code means, by the phase in which it ended; the same on every executor. */
export const scriptOutcome = (code: number, phase: PhaseNote): Outcome => {
  const told = { phase: phase.name, ...(phase.sentence !== undefined && { sentence: phase.sentence }) };
  if (phase.name === 'working-dir' && code === scriptExits.workingDir)
    return { class: 'start-failed', reason: 'working-dir-missing', ...told };
  if (phase.name === 'extra-packages' && code === scriptExits.toolMissing)
    return { class: 'start-failed', reason: 'package-tool-missing', ...told };
  if (phase.name === 'extra-packages' && code === scriptExits.indexUnreachable)
    return { class: 'infrastructure', reason: 'package-index-unreachable', ...told };
  return { class: 'exited', code, ...told };
};

/** Reads what the script wrote into `$RUNYARD_PHASE_FILE`; null while no phase has begun. */
export const parsePhaseNote = (text: string): PhaseNote | null => {
  const [name, ...sentence] = text.trimEnd().split('\n');
  if (name === undefined || name === '') return null;
  return sentence.length === 0 ? { name } : { name, sentence: sentence.join('\n') };
};
