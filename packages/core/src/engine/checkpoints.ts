/**
 * The moments in the life of a run at which it matters that the host may die there, numbered in the order in which a run
 * passes them. The engine only says that it passes one; production hears nothing, a harness dies there.
 */
export const checkpoints = [
  /** An instant is due, and nothing of it is written. */
  'fire.decided',
  'fire.committed',
  'admit.decided',
  /** The attempt's key is durable, and nothing is prepared. */
  'admit.committed',
  'prepare.begun',
  /** Something inert exists, and the store has no handle of it. */
  'prepare.done',
  /** The handle is durable, and nothing is started. */
  'handle.committed',
  /** It runs, and the store does not know. */
  'start.done',
  'supervise.begun',
  /** That it runs is durable. */
  'supervise.running',
  /** It has ended, and the store does not know. */
  'supervise.ended',
  'settle.decided',
  'settle.committed',
  'seal.begun',
  /** The log is whole, and the store does not know. */
  'seal.done',
  'seal.committed',
  /** Nothing of it is left, and the store does not know. */
  'dispose.done',
  'dispose.committed',
] as const;

export type Checkpoint = (typeof checkpoints)[number];

/** Told synchronously, between two steps. */
export type PassCheckpoint = (point: Checkpoint) => void;
