import type { Progress } from '../ports/progress.ts';
import type { EngineContext } from './context.ts';
import { explain } from './explain.ts';
import type { Held } from './holdings.ts';

/** What an attempt waits for before it runs: the run says it, and whoever listens hears it. */
export const tellProgress = (context: EngineContext, held: Held, { phase, sentence }: Progress): void => {
  if (sentence !== undefined) explain(context, held, sentence);
  const { run, attempt } = held;
  const told = { phase: phase ?? null, sentence: sentence ?? null };
  context.emit('attempt.progress', { at: context.clock.now(), run, attempt, ...told });
};
