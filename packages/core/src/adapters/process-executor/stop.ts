import type { Clock } from '../../ports/clock.ts';
import type { AttemptFolder } from './attempt-folder.ts';
import { type Claim, readClaim, stopUnclaimed } from './claim.ts';
import { createNote, exists } from './files.ts';
import { thisMachine } from './machine.ts';
import type { ProcessEntry } from './process-table.ts';
import { lookAtTree, signal as sendSignal, type Tree } from './tree.ts';
import { watch } from './watch.ts';

export interface StopOptions {
  graceMs: number;
  clock: Clock;
  signal: AbortSignal;
}

/**
 * TERM to everything of the attempt, KILL after the grace, until nothing of it is left. The supervisor is never signalled: it
 * ends by itself when its command has, and writes how.
 */
export const stopAttempt = async (folder: AttemptFolder, options: StopOptions): Promise<void> => {
  if ((await readClaim(folder)).kind === 'none' && ((await stopUnclaimed(folder)) || !(await exists(folder.state))))
    return;
  const claim = await readClaim(folder);
  if (claim.kind !== 'run' && claim.kind !== 'torn') return;
  if (!(await exists(folder.exit))) await createNote(folder.stop, '');
  await endTree(folder, claim, options);
};

/** Ends everything that an attempt has started, also what its command left running when it ended. */
export const endTree = async (
  folder: AttemptFolder,
  claim: Claim & { kind: 'run' | 'torn' },
  { graceMs, clock, signal }: StopOptions,
): Promise<void> => {
  const machine = await thisMachine();
  const id = claim.kind === 'run' ? claim.supervisor : null;
  const look = (): Promise<Tree> => lookAtTree(folder.handle.key, id, machine);
  const deadline = clock.monotonic() + graceMs;
  const told = new Set<string>();
  using changes = watch([folder.state], clock);
  for (let quiet = 0, enough = 1; quiet < enough; ) {
    signal.throwIfAborted();
    const { supervisor, members } = await look();
    quiet = members.length === 0 && supervisor === null ? quiet + 1 : 0;
    // Twice where something was seen, since a process that just becomes another program shows no environment for a moment.
    if (quiet === 0) enough = 2;
    const left = deadline - clock.monotonic();
    if (left <= 0) await signalAll(members, 'SIGKILL');
    else await signalAll(members.filter(isNew(told)), 'SIGTERM');
    if (quiet === 0) await changes.changed(left <= 0 ? killPauseMs : Math.min(termPauseMs, left), signal);
  }
};

const termPauseMs = 50;
const killPauseMs = 10;

const signalAll = async (members: readonly ProcessEntry[], name: NodeJS.Signals): Promise<void> => {
  for (const member of members) await sendSignal(member, name);
};

// A process gets TERM once.
const isNew =
  (told: Set<string>) =>
  ({ pid, start }: ProcessEntry): boolean => {
    const id = `${pid} ${start}`;
    if (told.has(id)) return false;
    told.add(id);
    return true;
  };
