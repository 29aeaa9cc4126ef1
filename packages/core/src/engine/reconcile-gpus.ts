import { type LiveOnGpus, strayDevices } from '../domain/gpu/strays.ts';
import type { Executor } from '../ports/executor.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';

/** Looks through each place that has GPUs. Only a whole list counts: where it could not be had, what was known stays. */
export const reconcileGpus = async (context: EngineContext, signal: AbortSignal): Promise<void> => {
  const { capacities, served } = context.places;
  for (const [name, { gpus }] of capacities) {
    const executor = context.executors.get(name);
    const place = served.get(name);
    if (gpus.length === 0 || place === undefined || !executor?.list) continue;
    try {
      const live = await usersOfGpus(executor, context.installation, signal);
      // Read behind the list: what began in between has its lease by now.
      const strays = strayDevices(live, (await context.store.taken(place)).gpus);
      for (const [uuid, sentence] of context.gpuLedger.seen(name, strays))
        reportFault(context, null, `${uuid} at '${name}' is leased to nobody for now: ${sentence}.`);
    } catch (error) {
      if (signal.aborted) return;
      reportFault(context, error, `What runs on the GPUs of '${name}' could not be looked through; it is tried again.`);
    }
  }
};

const usersOfGpus = async (executor: Executor, installation: string, signal: AbortSignal): Promise<LiveOnGpus[]> => {
  const live: LiveOnGpus[] = [];
  for await (const { key, gpus = [], state } of executor.list?.(installation, signal) ?? [])
    if (gpus.length > 0 && (state === 'running' || state === 'waiting')) live.push({ key, gpus });
  return live;
};
