import { transition } from '../domain/run/transition.ts';
import type { EngineContext } from './context.ts';
import type { Held } from './holdings.ts';
import { writeHeld } from './write-held.ts';

/** Tells what an active run waits for; null: nothing any more. Written behind, and only when it changed. */
export const explain = (context: EngineContext, held: Held, sentence: string | null): void => {
  writeHeld(context, held, (run) => {
    if (run.sentence === sentence) return null;
    const next = transition(run, { kind: 'explain', sentence });
    return next && { run: next };
  }).catch(() => {});
};
