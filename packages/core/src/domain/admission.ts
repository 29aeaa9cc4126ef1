import type { Decision, Share, Snapshot } from './decision.ts';
import { candidatesFor, chooseGpus } from './gpu/choose-gpus.ts';
import type { GpuLease, HeldGpu } from './gpu/gpu-lease.ts';
import type { Job } from './job/job.ts';
import type { GpuRequest, Size } from './job/size.ts';
import { mustWaitForOlder } from './run/overlap.ts';
import { fits, plus, resourcesOf } from './run/resources.ts';
import type { Resources, Run } from './run/run.ts';
import { behind, gpusInUse, inUse, silence, tooLarge, tooManyGpus } from './waiting-words.ts';

/**
 * Which queued runs start now, and what the others wait for: highest priority first, then oldest. A run that does not fit
 * lets smaller ones pass, but only until it has waited too long; from then on what is behind it waits too, so that it gets
 * its turn. One that only waits for GPUs holds up nobody but those who could take them. One that is larger than its whole place holds
 * up nobody.
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
      decisions.push(...waiting(run, silence(run, snapshot.silent), run.waitsSince));
      continue;
    }
    const free = left.get(run.executor) ?? snapshot.room(run.executor);
    if (free <= 0) continue;
    const decision = admit(
      { run, job, place, share: shares.get(place), size: snapshot.sizes[run.size], turnAfterMs: snapshot.turnAfterMs },
      now,
    );
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
  /** One that is not in the catalogue any more ends the attempt when it is prepared. */
  size: Size | undefined;
  turnAfterMs: number;
}

/** A share while it is given out. */
interface OpenShare extends Omit<Share, 'held'> {
  held: readonly HeldGpu[];
  /** Has waited too long: nothing behind it starts before it. */
  turnOf: Run | null;
  /** Devices that are kept for runs that have waited too long for them. */
  kept: Map<string, Run>;
}

const openShare = (share: Share): OpenShare => ({ ...share, turnOf: null, kept: new Map() });

const admit = ({ run, job, place, share, size, turnAfterMs }: Candidate, now: number): Decision[] => {
  const takes = size ? resourcesOf(size) : nothing;
  if (!share) return [{ kind: 'admit', run, job, place, takes, gpus: [], within: null }];
  const { all } = share;
  if (!fits(takes, nothing, all)) return waiting(run, tooLarge(run, takes, all), run.waitsSince);
  const request = size?.gpu ?? null;
  if (request && candidatesFor(request, share.gpus).length < request.count)
    return waiting(run, tooManyGpus(run, request, share.gpus), run.waitsSince);
  const since = run.waitsSince ?? now;
  const waitedLong = now - since >= turnAfterMs;
  if (share.turnOf) return waiting(run, behind(share.turnOf), since);
  if (!fits(takes, share.taken, all)) {
    if (waitedLong) share.turnOf = run;
    return waiting(run, inUse(run, takes, all), since);
  }
  const gpus = request ? giveGpus(request, share) : [];
  if (!('waits' in gpus)) {
    take(share, { run, takes, gpus });
    return [{ kind: 'admit', run, job, place, takes, gpus, within: all }];
  }
  if (waitedLong && request) keep(share, { run, takes, request });
  return waiting(run, gpus.waits, since);
};

const nothing: Resources = { cpu: 0, memoryBytes: 0 };

const giveGpus = (request: GpuRequest, share: OpenShare): GpuLease[] | { waits: string } => {
  const { gpus, held, kept } = share;
  const ours = gpus.filter(({ uuid }) => !kept.has(uuid));
  const chosen = chooseGpus(request, ours, held);
  if (chosen) return chosen;
  const before = candidatesFor(request, gpus).map(({ uuid }) => kept.get(uuid));
  const first = before.find((other) => other !== undefined);
  return { waits: first ? behind(first) : gpusInUse(request, { gpus, held }) };
};

const take = (
  share: OpenShare,
  { run, takes, gpus }: { run: Run; takes: Resources; gpus: readonly GpuLease[] },
): void => {
  share.taken = plus(share.taken, takes);
  share.held = [...share.held, ...gpus.map((lease) => ({ ...lease, runId: run.id, attempt: run.attempt + 1 }))];
};

// Its cores and memory too: else it would find those taken when the devices are free.
const keep = (share: OpenShare, given: { run: Run; takes: Resources; request: GpuRequest }): void => {
  const { run, takes, request } = given;
  share.taken = plus(share.taken, takes);
  for (const { uuid } of candidatesFor(request, share.gpus)) if (!share.kept.has(uuid)) share.kept.set(uuid, run);
};

// Written only when it says something new.
const waiting = (run: Run, sentence: string, since: number | null): Decision[] =>
  run.sentence === sentence && run.waitsSince === since ? [] : [{ kind: 'wait', run, sentence, since }];
