import type { View } from '../watch/view.ts';
import type { Context } from './context.ts';
import { failedLook, firstFailed } from './failed-look.ts';
import { jobLook } from './job-look.ts';
import { livingLook } from './living-look.ts';
import type { Look } from './look.ts';
import { ranksExpected, ranksOf } from './ranks.ts';
import { succeededLook } from './succeeded-look.ts';

/**
 * What can be told of an attempt by all that is known of it. `now`: epoch ms. `stopping`: our own process has asked it to end, so that a deletion of
 * its pod is ours, and its container's end is told as it is.
 */
export const lookAt = (view: View, { now, stopping = false }: { now: number; stopping?: boolean }): Look => {
  const context: Context = { view, now, stopping };
  const ranks = ranksOf(context);
  const failed = firstFailed(ranks, view);
  if (failed !== undefined) return failedLook(failed, ranks, context);
  if (ranks.some(({ end, twice }) => end === null || twice)) return livingLook(ranks, context);
  return ranks.length < ranksExpected(view) ? jobLook(ranks, context) : succeededLook(ranks);
};
