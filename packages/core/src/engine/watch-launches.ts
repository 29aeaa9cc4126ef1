import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import { sleepFor } from './retry.ts';

const everyMs = 10_000;

/** Says when launches have been as many as may be for some time while further runs could start, until aborted. */
export const watchLaunches = async (context: EngineContext, signal: AbortSignal): Promise<void> => {
  const { executors, launches, clock } = context;
  let before = new Set<string>();
  while (!signal.aborted) {
    await sleepFor(clock, everyMs, signal).catch(() => {});
    if (signal.aborted) return;
    const full = new Set([...executors.keys()].filter((name) => launches.room(name) === 0));
    const lasting = [...full].filter((name) => before.has(name));
    before = full;
    await tell(context, lasting).catch((error: unknown) =>
      reportFault(context, error, 'Whether runs wait for their launch could not be read; it is looked at again.'),
    );
  }
};

const tell = async ({ store, clock, pressure, launches }: EngineContext, lasting: readonly string[]): Promise<void> => {
  const figures = { launching: launches.size() };
  for (const executor of lasting) {
    if ((await store.startable({ executor, now: clock.now(), limit: 1 })).length === 0) continue;
    const sentence = `As many launches as may be are in flight at '${executor}', and runs wait for their turn. Look at what they do (fetching, pulling, preparing), or raise \`limits.launches\`.`;
    return pressure.enter('launch-queue-full', sentence, figures);
  }
  pressure.leave('launch-queue-full', figures);
};
