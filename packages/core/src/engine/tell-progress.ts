import type { Progress } from '../ports/progress.ts';
import type { EngineContext } from './context.ts';
import { explain } from './explain.ts';
import type { Held } from './holdings.ts';

/** What an attempt waits for before it runs: the run says it, and whoever listens hears it. */
export const tellProgress = (context: EngineContext, held: Held, { phase, sentence }: Progress): void => {
  if (sentence !== undefined) explain(context, held, sentence);
  const { run, attempt, masker } = held;
  const masked = (words: string | undefined): string | null => (words === undefined ? null : masker.sentence(words));
  const told = { phase: masked(phase), sentence: masked(sentence) };
  context.emit('attempt.progress', { at: context.clock.now(), run, attempt, ...told });
};
