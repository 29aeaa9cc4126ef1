import type { Share, Snapshot } from '../domain/decision.ts';
import type { Run } from '../domain/run/run.ts';
import { unheard } from '../domain/run/stop.ts';
import type { Capacity } from '../ports/executor.ts';
import type { QueuedRun, Store } from '../ports/store.ts';
import { activeByJob } from './active-by-job.ts';
import type { EngineContext } from './context.ts';
import { noteStop } from './stop-run.ts';

/** So many queued runs are ended at once; what is left comes with the next tick (DESIGN 5). */
export const maxEnded = 500;

/** What `plan` looks at of the queue, read from the store. */
export const takeSnapshot = async (context: EngineContext, now: number): Promise<Snapshot> => {
  const { store, launches } = context;
  // As of one moment, since a place may come back while we read.
  const places = new Map(context.places.served);
  const silent = new Map(context.places.silent);
  const capacities = new Map(context.places.capacities);
  const [queued, overdue, stopped] = await Promise.all([
    readStartable(context, now),
    store.overdue(now, maxEnded),
    readStopRequests(context),
  ]);
  const active = await activeByJob(
    context,
    queued.filter(({ run }) => run.concurrencyPolicy !== 'Allow').map(({ job }) => job),
  );
  const shares = await readShares(context, places, capacities);
  return {
    queued,
    overdue,
    stopped,
    active,
    places,
    silent,
    shares,
    sizes: context.sizes,
    turnAfterMs: context.settings.turnAfterMs,
    room: launches.room,
  };
};

// Two executors may share a place: then the smaller of what they were told of cores and memory holds for both; GPUs each has its own.
const readShares = async (
  { store, gpuLedger }: EngineContext,
  places: ReadonlyMap<string, string>,
  capacities: ReadonlyMap<string, Capacity>,
): Promise<Map<string, Share>> => {
  const shares = new Map<string, Share>();
  for (const [executor, capacity] of capacities) {
    const place = places.get(executor);
    if (place === undefined) continue;
    const share = shares.get(place) ?? (await openShare(store, place));
    const { cpu, memoryBytes } = capacity;
    const all = { cpu: Math.min(share.all.cpu, cpu), memoryBytes: Math.min(share.all.memoryBytes, memoryBytes) };
    const gpus = new Map(share.gpus).set(executor, gpuLedger.judged({ executor, place }, capacity.gpus));
    shares.set(place, { ...share, all, gpus });
  }
  return shares;
};

const openShare = async (store: Store, place: string): Promise<Share> => {
  const { gpus: held, ...taken } = await store.taken(place);
  return { all: { cpu: Infinity, memoryBytes: Infinity }, taken, gpus: new Map(), held };
};

// No more of an executor's queue than it takes now; of one that does not answer too, since its runs say what they wait for.
const readStartable = async ({ store, launches, executors }: EngineContext, now: number): Promise<QueuedRun[]> => {
  const reads = [...executors.keys()].map((executor) => {
    const limit = launches.room(executor);
    return limit === 0 ? [] : store.startable({ executor, now, limit });
  });
  // Executors may share a place, so their runs stand in one queue.
  const queued = (await Promise.all(reads)).flat();
  return queued.sort((a, b) => b.run.priority - a.run.priority || a.seq - b.seq);
};

// Requests may have been written by another instance, or between a run's admission and our holding it. Gives the runs
// that were asked to stop while they are queued.
const readStopRequests = async (context: EngineContext): Promise<Run[]> => {
  const stopped: Run[] = [];
  const requests = await context.store.stopRequests(context.instance);
  for (const { id, stop } of requests) {
    const held = context.holdings.runs.get(id);
    const news = held ? unheard(held.run.stop, stop) : null;
    if (news) noteStop(context, id, news);
  }
  const others = requests.filter(({ id }) => !context.holdings.runs.has(id)).slice(0, maxEnded);
  // Read after the requests: a timeout may be over by then, with the attempt that it was for.
  for (const run of await Promise.all(others.map(({ id }) => context.store.run(id))))
    if (run?.state === 'queued' && run.stop !== null) stopped.push(run);
  return stopped;
};
