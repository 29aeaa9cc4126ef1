import { type RunStep, transition } from '../domain/run/transition.ts';
import type { EngineContext } from './context.ts';
import type { Held } from './holdings.ts';
import { writeHeld } from './write-held.ts';

/** Tells what an active run waits for; null: nothing any more. Written behind, and only when it changed. */
export const explain = (context: EngineContext, held: Held, sentence: string | null): void =>
  tell(context, held, { kind: 'explain', sentence: sentence === null ? null : held.masker.sentence(sentence) });

/** Tells that the run's place does not answer, and since when. */
export const noteSilence = (context: EngineContext, held: Held, sentence: string): void =>
  tell(context, held, { kind: 'silence', sentence: held.masker.sentence(sentence), at: context.clock.now() });

const tell = (context: EngineContext, held: Held, step: RunStep & { sentence: string | null }): void => {
  writeHeld(context, held, (run) => {
    const next = transition(run, step);
    const says = next?.sentence !== run.sentence || next.silentSince !== run.silentSince;
    return next && says ? { run: next } : null;
  }).catch(() => {});
};
