import type { RunState } from '@runyard/core';

// States are written out, not passed: only so do the partial indexes serve. Always in this order, so that there are few texts.
const unsuccessful: readonly RunState[] = ['failed', 'cancelled', 'skipped'];
const active: readonly RunState[] = ['queued', 'starting', 'running', 'stopping'];

interface RareState {
  /** A condition on a run `r`. */
  text: string;
  /** Its index has them in the order of `seq`; else they are few, and sorted. */
  indexed: boolean;
}

/** Where all of the states have an index, a condition for each index; null: the list is of successes too. */
export const rareStates = (states: readonly RunState[]): RareState[] | null => {
  if (states.includes('succeeded')) return null;
  const now = active.filter((state) => states.includes(state));
  const gone = unsuccessful.filter((state) => states.includes(state));
  if (now.length + gone.length === 0) return [{ text: 'FALSE', indexed: true }];
  return [
    ...gone.map((state) => ({ text: `r.unsuccessful = '${state}'`, indexed: true })),
    ...(now.length === 0 ? [] : [{ text: `r.active = 1 AND ${anyOf(now)}`, indexed: false }]),
  ];
};

export const anyOf = (states: readonly RunState[]): string => {
  const named = [...active, 'succeeded' as const, ...unsuccessful].filter((state) => states.includes(state));
  return `r.state IN (${named.map((state) => `'${state}'`).join(', ')})`;
};
