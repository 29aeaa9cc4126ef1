import type { Clock } from '../ports/clock.ts';
import type { PressureReason, RunyardEvents } from '../ports/events.ts';
import type { Logger } from '../ports/host.ts';

/** What holds the engine back now. Each reason is said once when it begins, and once when it is over. */
export interface Pressure {
  enter(reason: PressureReason, sentence: string, figures: Readonly<Record<string, number>>): void;
  leave(reason: PressureReason, figures: Readonly<Record<string, number>>): void;
  has(reason: PressureReason): boolean;
  active(): readonly ActivePressure[];
  /** Whether it is the store that holds it back. */
  isOfStore(): boolean;
  /** How often any was entered. */
  readonly entered: number;
}

export interface ActivePressure {
  reason: PressureReason;
  /** Epoch ms. */
  since: number;
  sentence: string;
}

export interface PressureTold {
  clock: Pick<Clock, 'now'>;
  logger: Logger;
  emit(event: RunyardEvents['engine.pressure']): void;
}

export const newPressure = ({ clock, logger, emit }: PressureTold): Pressure => {
  const active = new Map<PressureReason, ActivePressure>();
  let entered = 0;
  return {
    enter(reason, sentence, figures) {
      if (active.has(reason)) return;
      const since = clock.now();
      active.set(reason, { reason, since, sentence });
      entered++;
      logger.warn({ reason, ...figures }, sentence);
      emit({ at: since, state: 'entered', reason, since, sentence, figures });
    },
    leave(reason, figures) {
      const over = active.get(reason);
      if (!over) return;
      active.delete(reason);
      const at = clock.now();
      const sentence = `${over.reason} is over after ${Math.round((at - over.since) / 1000)} s.`;
      logger.info({ reason, ...figures }, sentence);
      emit({ at, state: 'left', reason, since: over.since, sentence, figures });
    },
    has: (reason) => active.has(reason),
    active: () => [...active.values()],
    isOfStore: () => active.has('store-slow') || active.has('store-queue-full'),
    get entered() {
      return entered;
    },
  };
};
