import type { Outcome } from '../../domain/run/outcome.ts';
import { type PhaseNote, parsePhaseNote } from '../../domain/run/script-outcome.ts';
import type { AttemptFolder } from './attempt-folder.ts';
import { type Claim, readClaim } from './claim.ts';
import { type ExitNote, outcomeOf, parseExit } from './ended.ts';
import { exists, readNote } from './files.ts';
import { thisMachine } from './machine.ts';
import { livingSupervisor, lookAtTree } from './tree.ts';

/** What can be told of an attempt now. */
export type Look =
  | { state: 'missing' }
  | { state: 'prepared' }
  | Running
  | { state: 'finished'; since: number | null; outcome: Outcome };

export interface Running {
  state: 'running';
  since: number;
  phase: (PhaseNote & { at: number }) | null;
  /** Its command has ended, and what it started still lives and may use the GPUs that it holds: the claim by which that is found. */
  leftBy?: Claimed;
}

type Claimed = Claim & { kind: 'run' | 'torn' };

/**
 * Reads the notes in its folder and, where they leave it open, asks the kernel who is alive. One that holds GPUs runs as long as anything of it
 * lives, since its lease ends with it.
 */
export const lookAt = async (folder: AttemptFolder): Promise<Look> => {
  const claim = await readClaim(folder);
  switch (claim.kind) {
    case 'none':
      return { state: (await exists(folder.state)) ? 'prepared' : 'missing' };
    case 'void':
      return { state: 'missing' };
    case 'stopped':
      return { state: 'finished', since: null, outcome: { ...neverStarted, endedAt: claim.at } };
    case 'torn':
    case 'run':
      return lookAtClaimed(folder, claim);
  }
};

const neverStarted: Outcome = {
  class: 'infrastructure',
  reason: 'stopped-before-start',
  sentence: 'It was stopped before it was started.',
};

// The order matters: the exit is read again after everything else was seen to be gone, since it may have come meanwhile.
const lookAtClaimed = async (folder: AttemptFolder, claim: Claimed): Promise<Look> => {
  const since = claim.kind === 'run' ? claim.at : null;
  const exit = (await readExit(folder)) ?? ((await isAlive(folder, claim)) ? null : await readExitOrLoss(folder));
  const phase = await readPhase(folder);
  if (exit === null) return { state: 'running', since: since ?? phase?.at ?? 0, phase };
  if (exit !== 'lost' && (await hasGpusInUse(folder, claim)))
    return { state: 'running', since: since ?? phase?.at ?? 0, phase, leftBy: claim };
  if (exit === 'lost')
    return { state: 'finished', since, outcome: { ...lost, ...(phase !== null && { phase: phase.name }) } };
  return { state: 'finished', since, outcome: outcomeOf(exit, phase, await exists(folder.stop)) };
};

const lost: Outcome = {
  class: 'lost',
  sentence: 'Its supervisor is gone and wrote no exit status, as when it is killed or the machine is switched off.',
};

const isAlive = async (folder: AttemptFolder, claim: Claimed): Promise<boolean> => {
  const machine = await thisMachine();
  const id = claim.kind === 'run' ? claim.supervisor : null;
  if (id !== null && (await livingSupervisor(id, machine)) !== null) return true;
  return (await lookAtTree(folder.handle.key, id, machine)).members.length > 0;
};

// Whoever gets its GPUs next must find nobody on them. Looked at twice, since a process that just becomes another program shows no
// environment for a moment.
const hasGpusInUse = async (folder: AttemptFolder, claim: Claimed): Promise<boolean> =>
  (await exists(folder.gpus)) && ((await isAlive(folder, claim)) || (await isAlive(folder, claim)));

const readExit = async (folder: AttemptFolder): Promise<ExitNote | null> => {
  const note = await readNote(folder.exit);
  return note === null ? null : parseExit(note.text, note.at);
};

// A claim may have been torn only while we read it: then the next look tells.
const readExitOrLoss = async (folder: AttemptFolder): Promise<ExitNote | 'lost'> => (await readExit(folder)) ?? 'lost';

const readPhase = async (folder: AttemptFolder): Promise<(PhaseNote & { at: number }) | null> => {
  const note = await readNote(folder.phase);
  const phase = note === null ? null : parsePhaseNote(note.text);
  return note === null || phase === null ? null : { ...phase, at: note.at };
};
