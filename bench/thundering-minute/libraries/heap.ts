import { Cron } from 'croner';
import type { Contender } from '../contender.ts';

/** The floor: nothing durable, every schedule in one sorted list, one timer for its head. */
export const heap: Contender = {
  name: 'bare heap',
  store: 'memory',
  server: null,
  registersPerSecond: 100_000,
  async register({ size, cron: expression, heard }) {
    const shared = new Cron(expression, { timezone: 'UTC', paused: true });
    const next = (from: Date): number => shared.nextRun(from)?.getTime() ?? Number.POSITIVE_INFINITY;
    const due = Array.from({ length: size }, (_, index) => ({ index, at: next(new Date()) }));
    const wait = (): void => {
      const at = due.reduce((first, one) => Math.min(first, one.at), Number.POSITIVE_INFINITY);
      setTimeout(fire, Math.min(at - Date.now(), 2 ** 31 - 1));
    };
    const fire = (): void => {
      const now = Date.now();
      for (const one of due) {
        if (one.at > now) continue;
        heard.called(one.index);
        one.at = next(new Date(one.at));
      }
      wait();
    };
    if (size > 0) wait();
    return {};
  },
};
