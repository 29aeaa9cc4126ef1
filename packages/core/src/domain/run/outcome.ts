/**
 * What an executor says of an ended attempt. Exactly one class:
 * - `exited`: the command ended by itself with this code.
 * - `signalled`: a signal that we know ended it.
 * - `oom`: the kernel's out-of-memory killer, or the engine's limit.
 * - `timed-out`: its engine ended it because it took too long, while none of us was there to do so.
 * - `infrastructure`: not the user's fault (node lost, evicted, engine killed it, repository unreachable).
 * - `start-failed`: it could never run as asked (image pull, missing ref, bad mount).
 * - `lost`: it is gone and nobody knows how it ended.
 */
export type Outcome = (
  | { class: 'exited'; code: number }
  | { class: 'signalled'; signal: string }
  | { class: 'oom' }
  | { class: 'timed-out' }
  | { class: 'infrastructure'; reason: string }
  | { class: 'start-failed'; reason: string }
  /** `unproved`: its place did not say so; whatever is left there is stopped when it answers. */
  | { class: 'lost'; unproved?: true }
) & {
  /** One sentence for a person, in the engine's own words where it has any. */
  sentence?: string;
  /** The phase in which it ended: `extra-packages`, `start-script`, `working-dir`, `command`. */
  phase?: string;
  /** Epoch ms, where the engine knows better than we do. */
  endedAt?: number;
};

export type OutcomeClass = Outcome['class'];

/** Whether something of the attempt may still run at its place. */
export const isUnproved = (outcome: Outcome | null): boolean => outcome?.class === 'lost' && outcome.unproved === true;
