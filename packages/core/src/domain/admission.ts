import type { Decision, Share, Snapshot } from './decision.ts';
import { candidatesFor, chooseGpus, isOthers } from './gpu/choose-gpus.ts';
import type { Gpu } from './gpu/gpu.ts';
import { type GpuLease, type HeldGpu, holdersOf } from './gpu/gpu-lease.ts';
import type { Job } from './job/job.ts';
import type { GpuRequest, Size } from './job/size.ts';
import { mustWaitForOlder } from './run/overlap.ts';
import { fits, plus, resourcesOf } from './run/resources.ts';
import type { Resources, Run } from './run/run.ts';
import { behind, gpusInUse, inUse, silence, tooLarge, tooManyGpus } from './waiting-words.ts';

/**
 * Which queued runs start now, and what the others wait for: highest priority first, then oldest. A run that does not fit
 * lets smaller ones pass, but only until it has waited too long; from then on what is behind it waits too, so that it gets
 * its turn. One that waits for GPUs holds up nobody but those who could take them, or its cores. One that is larger than its whole
 * place holds up nobody.
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
  /** Has waited too long for cores or memory: nothing behind it starts before it. */
  turnOf: Run | null;
  /** Devices that are kept for runs that have waited too long for them. */
  kept: Map<string, Run>;
  /** Cores and memory that are kept for those runs, the first of which is told to whoever has to wait because of that. */
  reserved: { all: Resources; first: Run } | null;
}

const openShare = (share: Share): OpenShare => ({ ...share, turnOf: null, kept: new Map(), reserved: null });

const admit = ({ run, job, place, share, size, turnAfterMs }: Candidate, now: number): Decision[] => {
  const takes = size ? resourcesOf(size) : nothing;
  if (!share) return [{ kind: 'admit', run, job, place, takes, gpus: [], within: null }];
  const { all } = share;
  if (!fits(takes, nothing, all)) return waiting(run, tooLarge(run, takes, all), run.waitsSince);
  const request = size?.gpu ?? null;
  const devices = share.gpus.get(run.executor) ?? [];
  if (request && candidatesFor(request, devices).length < request.count)
    return waiting(run, tooManyGpus(run, request, devices), run.waitsSince);
  const since = run.waitsSince ?? now;
  const waitedLong = now - since >= turnAfterMs;
  if (share.turnOf) return waiting(run, behind(share.turnOf), since);
  const gpus = request ? giveGpus(request, devices, share) : [];
  const lacksGpus = 'waits' in gpus;
  // Devices first: cores are waited for by all behind it, so only once they are all that it lacks.
  if (lacksGpus && waitedLong && request) keepGpus(request, devices, { run, share });
  if (!fits(takes, share.taken, all)) {
    if (waitedLong && !lacksGpus) share.turnOf = run;
    return waiting(run, inUse(run, takes, all), since);
  }
  if (share.reserved && !fits(takes, plus(share.taken, share.reserved.all), all))
    return waiting(run, behind(share.reserved.first), since);
  if (lacksGpus) {
    if (isKeeper(run, share)) reserve(share, run, takes);
    return waiting(run, gpus.waits, since);
  }
  take(share, { run, place, takes, gpus });
  return [{ kind: 'admit', run, job, place, takes, gpus, within: all }];
};

const nothing: Resources = { cpu: 0, memoryBytes: 0 };

const giveGpus = (
  request: GpuRequest,
  devices: readonly Gpu[],
  { held, kept }: OpenShare,
): GpuLease[] | { waits: string } => {
  const chosen = chooseGpus(
    request,
    devices.filter(({ uuid }) => !kept.has(uuid)),
    held,
  );
  if (chosen) return chosen;
  const before = candidatesFor(request, devices).find(({ uuid }) => kept.has(uuid));
  const first = before && kept.get(before.uuid);
  return { waits: first ? behind(first) : gpusInUse(request, { gpus: devices, held }) };
};

/**
 * Keeps what could serve a run that has waited too long, so that what becomes free adds up for it: less than it asks for is free until
 * it starts, so nothing lies idle that it does not need. Who waits behind another's devices keeps none, and neither does who asks for
 * more than can become free.
 */
const keepGpus = (
  request: GpuRequest,
  devices: readonly Gpu[],
  { run, share }: { run: Run; share: OpenShare },
): void => {
  const candidates = candidatesFor(request, devices);
  const canBecomeFree = candidates.filter((gpu) => !isOthers(gpu, holdersOf(gpu, share.held)));
  if (canBecomeFree.length < request.count || candidates.some(({ uuid }) => share.kept.has(uuid))) return;
  for (const { uuid } of canBecomeFree) share.kept.set(uuid, run);
};

const isKeeper = (run: Run, { kept }: OpenShare): boolean => [...kept.values()].includes(run);

// Else it would find its cores and memory taken when the devices are free.
const reserve = (share: OpenShare, run: Run, takes: Resources): void => {
  share.reserved = { all: plus(share.reserved?.all ?? nothing, takes), first: share.reserved?.first ?? run };
};

const take = (
  share: OpenShare,
  { run, place, takes, gpus }: { run: Run; place: string; takes: Resources; gpus: readonly GpuLease[] },
): void => {
  share.taken = plus(share.taken, takes);
  share.held = [...share.held, ...gpus.map((lease) => ({ ...lease, place, runId: run.id, attempt: run.attempt + 1 }))];
};

// Written only when it says something new.
const waiting = (run: Run, sentence: string, since: number | null): Decision[] =>
  run.sentence === sentence && run.waitsSince === since ? [] : [{ kind: 'wait', run, sentence, since }];
