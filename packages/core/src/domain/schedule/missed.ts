import type { ConcurrencyPolicy, MissedRule } from '../job/job.ts';
import type { OccurrenceReason } from '../run/run.ts';

export interface DueInput {
  /** The cursor: the first due instant that has no row yet. */
  first: number;
  now: number;
  /** The schedule's next instant after this one; null at its end. */
  nextAfter(instant: number): number | null;
  rule: MissedRule;
  policy: ConcurrencyPolicy;
  /** Paused by hand, or switched off: instants are covered, not run. */
  paused: boolean;
}

/** What becomes of every due instant, oldest first, and where the cursor goes. */
export interface DueOutcome {
  /** Instants that get a run. */
  run: number[];
  /** Ranges that are not run, one row each. */
  covered: { from: number; to: number; count: number; reason: OccurrenceReason }[];
  next: number | null;
}

/** An instant later than this was missed; before it, the host was merely busy. */
const lateMs = 60_000;

/** Bounds one tick; what is left is due still and comes with the next. */
const maxInstants = 10_000;

/** Applies the missed-occurrence rule (DESIGN 5). Instants that are on time always run. */
export const decideDue = ({ first, now, nextAfter, rule, policy, paused }: DueInput): DueOutcome => {
  const instants: number[] = [];
  let next: number | null = first;
  while (next !== null && next <= now && instants.length < maxInstants) {
    instants.push(next);
    next = nextAfter(next);
  }
  const more = next !== null && next <= now;
  const reasons = instants.map((instant, i) => {
    if (paused) return 'paused';
    if (now - instant > rule.windowMs && now - instant > lateMs) return 'missed-window';
    if (rule.rule === 'skip') return now - instant > lateMs ? 'missed-skipped' : null;
    // Under Replace each would end the one before it, so only the last is worth starting.
    const onlyLast = rule.rule === 'latest' || policy === 'Replace';
    return onlyLast && (more || i < instants.length - 1) ? 'missed-collapsed' : null;
  });
  return { ...split(instants, capped(reasons, rule.cap)), next };
};

// The newest `cap` run; older ones would only delay them.
const capped = (reasons: (OccurrenceReason | null)[], cap: number): (OccurrenceReason | null)[] => {
  let left = cap;
  return reasons
    .toReversed()
    .map((reason) => (reason === null && left-- <= 0 ? 'missed-cap' : reason))
    .toReversed();
};

const split = (
  instants: readonly number[],
  reasons: readonly (OccurrenceReason | null)[],
): Omit<DueOutcome, 'next'> => {
  const run: number[] = [];
  const covered: DueOutcome['covered'] = [];
  instants.forEach((instant, i) => {
    const reason = reasons[i] ?? null;
    const last = covered.at(-1);
    if (reason === null) run.push(instant);
    else if (last?.reason === reason && reasons[i - 1] === reason)
      Object.assign(last, { to: instant, count: last.count + 1 });
    else covered.push({ from: instant, to: instant, count: 1, reason });
  });
  return { run, covered };
};
