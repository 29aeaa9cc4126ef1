import type { JobImage } from '../../domain/job/job.ts';
import type { Outcome } from '../../domain/run/outcome.ts';
import type { Launch } from '../../ports/executor.ts';

/** How one attempt behaves, in ms of the engine's clock. What is left out: it starts at once and exits 0 at once. */
export interface Behaviour {
  /** How long `prepare` takes. */
  prepareMs?: number;
  /** `prepare` ends the attempt with this. */
  prepareFails?: Outcome;
  /** Started, but nothing runs for so long; the engine says why. */
  waiting?: { ms: number; sentence: string };
  /** How long it runs; `Infinity`: until it is stopped. */
  runMs?: number;
  /** How it ends when it ends by itself. */
  outcome?: Outcome;
  /** What it prints, `atMs` after it began to run; a text alone is printed at once. A newline is added where it has none, unless `raw`. */
  output?: readonly (string | { atMs: number; text: string; stream?: 'stdout' | 'stderr'; raw?: boolean })[];
  /** How long it takes to end after TERM; `Infinity`: it ignores TERM. */
  termMs?: number;
  /** How it ends when TERM ends it. Default: signalled SIGTERM. */
  termOutcome?: Outcome;
  /** What it prints when it gets TERM. */
  termOutput?: string;
  /** So long after its start the engine knows it no more. */
  vanishesAfterMs?: number;
  /** So long after its start the engine cannot be asked about it, for so long. */
  unavailable?: { afterMs: number; forMs: number };
}

/** Chooses the behaviour of a launch. `previous` counts the objects that were made for its key before. */
export type Script = (launch: Launch<ScriptedSpec>, previous: number) => Behaviour;

/** The parts of the job that a script may want to look at. */
export interface ScriptedSpec {
  command: string | string[];
  image: JobImage | null;
}

export const exits = (code: number, parts: Behaviour = {}): Behaviour => ({
  ...parts,
  outcome: { class: 'exited', code },
});

/** Runs until it is stopped. */
export const hangs = (parts: Behaviour = {}): Behaviour => ({ runMs: Number.POSITIVE_INFINITY, ...parts });

/** Runs until it is killed. */
export const ignoresTerm = (parts: Behaviour = {}): Behaviour => hangs({ termMs: Number.POSITIVE_INFINITY, ...parts });
