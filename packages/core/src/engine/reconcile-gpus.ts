import { type LiveOnGpus, strayDevices } from '../domain/gpu/strays.ts';
import type { Executor } from '../ports/executor.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import type { ServedPlace } from './gpu-ledger.ts';
import { within } from './within.ts';

/** Looks through each place that has GPUs. Only a whole list counts: where it could not be had in time, what was known stays. */
export const reconcileGpus = async (context: EngineContext, signal: AbortSignal): Promise<void> => {
  const { capacities, served } = context.places;
  const looks = [...capacities].map(async ([executor, { gpus }]) => {
    const place = served.get(executor);
    if (gpus.length > 0 && place !== undefined) await lookThrough(context, { executor, place }, signal);
  });
  await Promise.all(looks);
};

const lookThrough = async (context: EngineContext, where: ServedPlace, signal: AbortSignal): Promise<void> => {
  const executor = context.executors.get(where.executor);
  if (!executor?.list) return;
  const { clock, settings } = context;
  try {
    const look = (limited: AbortSignal) => straysAt(context, { executor, where, signal: limited });
    const strays = await within(settings.placeTimeoutMs, { clock, signal }, look);
    for (const [uuid, sentence] of context.gpuLedger.seen(where, strays))
      reportFault(context, null, `${uuid} at '${where.executor}' is leased to nobody for now: ${sentence}.`);
  } catch (error) {
    if (signal.aborted) return;
    const sentence = `What runs on the GPUs of '${where.executor}' could not be looked through; it is tried again.`;
    reportFault(context, error, sentence);
  }
};

interface Look {
  executor: Executor;
  where: ServedPlace;
  signal: AbortSignal;
}

// What ended between the list and the ledger looks like a stray, so whatever is new is looked at twice.
const straysAt = async (context: EngineContext, look: Look): Promise<Map<string, string>> => {
  const strays = await straysOnce(context, look);
  if ([...strays.keys()].every((uuid) => context.gpuLedger.isKnown(look.where, uuid))) return strays;
  const again = await straysOnce(context, look);
  return new Map([...again].filter(([uuid]) => strays.has(uuid)));
};

// The ledger is read behind the list: what began in between has its lease by then.
const straysOnce = async (context: EngineContext, { executor, where, signal }: Look): Promise<Map<string, string>> => {
  const live = await usersOfGpus(executor, context.installation, signal);
  return strayDevices(live, (await context.store.taken(where.place)).gpus);
};

const usersOfGpus = async (executor: Executor, installation: string, signal: AbortSignal): Promise<LiveOnGpus[]> => {
  const live: LiveOnGpus[] = [];
  for await (const { key, gpus = [], state } of executor.list?.(installation, signal) ?? [])
    if (gpus.length > 0 && (state === 'running' || state === 'waiting')) live.push({ key, gpus });
  return live;
};
