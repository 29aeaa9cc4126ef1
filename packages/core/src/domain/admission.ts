import type { Decision, Share, Snapshot } from './decision.ts';
import { defaults } from './job/defaults.ts';
import type { Job } from './job/job.ts';
import { mustWaitForOlder } from './run/overlap.ts';
import { fits, inWords, plus, resourcesOf } from './run/resources.ts';
import type { Resources, Run } from './run/run.ts';

/**
 * Which queued runs start now, and what the others wait for: highest priority first, then oldest. A run that does not fit
 * lets smaller ones pass, but only until it has waited too long; from then on what is behind it waits too, so that it gets
 * its turn. One that is larger than its whole place holds up nobody.
 */
export const admissions = (snapshot: Snapshot, now: number): Decision[] => {
  const tooLate = new Set(snapshot.overdue.map(({ id }) => id));
  const left = new Map<string, number>();
  const shares = new Map([...snapshot.shares].map(([place, share]) => [place, openShare(share)]));
  const decisions: Decision[] = [];
  for (const { run, job } of snapshot.queued) {
    if (tooLate.has(run.id) || !mayStart(run, snapshot.active, now)) continue;
    const place = snapshot.places.get(run.executor);
    if (place === undefined) {
      decisions.push(...waiting(run, silence(run, snapshot), run.waitsSince));
      continue;
    }
    const free = left.get(run.executor) ?? snapshot.room(run.executor);
    if (free <= 0) continue;
    const decision = admit({ run, job, place, share: shares.get(place), takes: asked(run, snapshot) }, now);
    if (decision.some(({ kind }) => kind === 'admit')) left.set(run.executor, free - 1);
    decisions.push(...decision);
  }
  return decisions;
};

const mayStart = (run: Run, active: Snapshot['active'], now: number): boolean =>
  run.notBefore <= now &&
  run.stop === null &&
  !mustWaitForOlder(run.concurrencyPolicy, run.id, active.get(run.jobId) ?? []);

interface Candidate {
  run: Run;
  job: Job;
  place: string;
  share: OpenShare | undefined;
  takes: Resources;
}

/** A share while it is given out. */
interface OpenShare {
  readonly all: Resources;
  taken: Resources;
  /** Has waited too long: nothing behind it starts before it. */
  turnOf: Run | null;
}

const openShare = ({ all, taken }: Share): OpenShare => ({ all, taken, turnOf: null });

const admit = ({ run, job, place, share, takes }: Candidate, now: number): Decision[] => {
  if (!share) return [{ kind: 'admit', run, job, place, takes, within: null }];
  const { all } = share;
  if (!fits(takes, nothing, all)) return waiting(run, tooLarge(run, takes, all), run.waitsSince);
  const since = run.waitsSince ?? now;
  if (share.turnOf) return waiting(run, behind(share.turnOf), since);
  if (fits(takes, share.taken, all)) {
    share.taken = plus(share.taken, takes);
    return [{ kind: 'admit', run, job, place, takes, within: all }];
  }
  if (now - since >= defaults.largeRequestWaitMs) share.turnOf = run;
  return waiting(run, inUse(run, takes, all), since);
};

const nothing: Resources = { cpu: 0, memoryBytes: 0 };

// A size that is not in the catalogue any more ends the attempt when it is prepared.
const asked = ({ size }: Run, { sizes }: Snapshot): Resources => {
  const known = sizes[size];
  return known ? resourcesOf(known) : nothing;
};

// Written only when it says something new.
const waiting = (run: Run, sentence: string, since: number | null): Decision[] =>
  run.sentence === sentence && run.waitsSince === since ? [] : [{ kind: 'wait', run, sentence, since }];

const silence = ({ executor }: Run, { silent }: Snapshot): string =>
  `Waits for the executor '${executor}', which does not answer: ${silent.get(executor) ?? 'it was not asked yet'}`;

/** What a run says whose executor this host does not have. */
export const notConfigured = (executor: string): string =>
  `Waits for the executor '${executor}', which is not configured here: configure it again, or cancel the run.`;

const tooLarge = ({ executor }: Run, takes: Resources, all: Resources): string =>
  `It asks for ${inWords(takes)}, but all that '${executor}' has is ${inWords(all)}. Choose a smaller size, or raise the executor's capacity.`;

const inUse = ({ executor }: Run, takes: Resources, all: Resources): string =>
  `Waits for ${inWords(takes)}: other runs use what '${executor}' has (${inWords(all)}).`;

const behind = ({ id, size }: Run): string =>
  `Waits behind run ${id} (size ${size}), which has waited too long already.`;
