import type { Look } from './look.ts';
import { begun, type Rank, unseen } from './ranks.ts';

/** All that it is made of has succeeded. */
export const succeededLook = (ranks: readonly Rank[]): Look => {
  const last = ranks.reduce((latest, rank) => ((rank.end?.at ?? 0) > (latest.end?.at ?? 0) ? rank : latest));
  const outcome = typeof last.end?.outcome === 'object' ? last.end.outcome : ({ class: 'exited', code: 0 } as const);
  return { state: 'finished', outcome, ...begun(ranks), ...unseen(ranks) };
};
