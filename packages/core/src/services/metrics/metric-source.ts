import type { EngineContext } from '../../engine/context.ts';
import type { Emitter } from '../../engine/emitter.ts';
import type { MetricLabels, MetricReading, MetricSource } from '../../ports/metrics.ts';
import { catalogue, type MetricName } from './catalogue.ts';
import { levels, readStoreLevels, type StoreLevels } from './levels.ts';
import { newTally } from './tally.ts';
import { tallyEvents } from './tally-events.ts';

/** What the store said is good for so long: however many scrape, it is asked no more often. */
const freshMs = 5_000;

/** Counts from now on. Nothing of it survives this instance. */
export const newMetricSource = (
  context: EngineContext,
  { emitter, closing }: { emitter: Pick<Emitter, 'on'>; closing: AbortSignal },
): MetricSource => {
  const listeners: ((name: string, value: number, labels: MetricLabels) => void)[] = [];
  const tally = newTally((name, value, labels) => {
    for (const listener of listeners) listener(name, value, labels);
  });
  tallyEvents(tally, emitter);
  let asked: { at: number; answer: Promise<StoreLevels | null> } | null = null;
  const ask = (): Promise<StoreLevels | null> => {
    const now = context.clock.monotonic();
    if (asked === null || now - asked.at >= freshMs) asked = { at: now, answer: readStoreLevels(context, closing) };
    return asked.answer;
  };
  return {
    descriptions: catalogue,
    async read() {
      const known = levels(context, closing.aborted ? null : await ask());
      return (Object.keys(catalogue) as MetricName[]).map((name): MetricReading => {
        const description = catalogue[name];
        if (description.type === 'histogram') return { name, ...description, histograms: tally.histograms(name) };
        return { name, ...description, samples: known.get(name) ?? tally.counted(name) };
      });
    },
    observed: (listener) => void listeners.push(listener),
  };
};
