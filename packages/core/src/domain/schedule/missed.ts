import type { ConcurrencyPolicy, MissedRule } from '../job/job.ts';
import type { OccurrenceReason } from '../run/run.ts';

export interface DueInput {
  /** The cursor: the first due instant that has no row yet. */
  first: number;
  now: number;
  /** The schedule's next instant after this one; null at its end. */
  nextAfter(instant: number): number | null;
  /** The schedule's last instant before this one; null before its beginning. */
  previousBefore(instant: number): number | null;
  rule: MissedRule;
  policy: ConcurrencyPolicy;
  /** Why nothing runs at all: instants are covered, not run. Null: they run as the rule says. */
  off: OccurrenceReason | null;
  /** Ranges that have their rows already, although the cursor has not passed them, earliest first; left as they are. */
  recorded: readonly { from: number; to: number }[];
}

export interface CoveredRange {
  from: number;
  to: number;
  count: number;
  reason: OccurrenceReason;
}

/** What becomes of every due instant, oldest first, and where the cursor goes. */
export interface DueOutcome {
  /** Instants that get a run. */
  run: number[];
  /** Ranges that are not run, one row each. */
  covered: CoveredRange[];
  next: number | null;
}

/** An instant later than this was missed; before it, the host was merely busy. */
const lateMs = 60_000;

/** After so many instants the host's event loop may want to go round. */
const restEvery = 1_000;

/**
 * Applies the missed-occurrence rule (DESIGN 5) to everything that is due. The last instant always runs when it is on time. Yields now and
 * then, since a month of minutes is 43,000 instants: whoever drives it may rest there.
 */
export function* decideDue(input: DueInput): Generator<void, DueOutcome> {
  const { first, now, nextAfter, recorded } = input;
  const reasonOf = yield* reasons(input);
  const outcome: DueOutcome = { run: [], covered: [], next: first };
  let open = null as CoveredRange | null;
  let at = 0;
  for (let walked = 1; outcome.next !== null && outcome.next <= now; walked++) {
    const instant: number = outcome.next;
    outcome.next = nextAfter(instant);
    const isLast = outcome.next === null || outcome.next > now;
    while ((recorded[at]?.to ?? Number.POSITIVE_INFINITY) < instant) at++;
    const hasRow = (recorded[at]?.from ?? Number.POSITIVE_INFINITY) <= instant;
    const reason = hasRow ? null : reasonOf(instant, isLast);
    if (hasRow || reason === null) {
      open = null;
      if (!hasRow) outcome.run.push(instant);
    } else if (open?.reason === reason) {
      open.to = instant;
      open.count++;
    } else {
      open = { from: instant, to: instant, count: 1, reason };
      outcome.covered.push(open);
    }
    if (walked % restEvery === 0) yield;
  }
  return outcome;
}

/** Drives it to its end without a rest. */
export const withoutRest = <T>(work: Generator<void, T>): T => {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
};

type ReasonOf = (instant: number, isLast: boolean) => OccurrenceReason | null;

function* reasons({ now, rule, policy, off, ...input }: DueInput): Generator<void, ReasonOf> {
  if (off !== null) return () => off;
  // Under Replace each would end the one before it, so only the last is worth starting.
  const onlyLast = rule.rule === 'latest' || policy === 'Replace';
  const capFrom =
    rule.rule === 'all' && !onlyLast ? yield* startOfNewest(rule.cap, now, input) : Number.NEGATIVE_INFINITY;
  return (instant, isLast) => {
    const late = now - instant;
    if (late > rule.windowMs && late > lateMs) return 'missed-window';
    if (rule.rule === 'skip') return late > lateMs ? 'missed-skipped' : null;
    if (onlyLast) return isLast ? null : 'missed-collapsed';
    return instant < capFrom ? 'missed-cap' : null;
  };
}

// The newest `cap` instants run; older ones would only delay them.
function* startOfNewest(
  cap: number,
  now: number,
  { first, previousBefore }: Pick<DueInput, 'first' | 'previousBefore'>,
): Generator<void, number> {
  let at = now + 1;
  for (let n = 1; n <= cap; n++) {
    const earlier = previousBefore(at);
    if (earlier === null || earlier < first) return at;
    at = earlier;
    if (n % restEvery === 0) yield;
  }
  return at;
}
