import type { Clock } from '../ports/clock.ts';
import type { StoreNews } from '../ports/store.ts';

/** Others may commit many times a second: we look again at once, and then no sooner than this. */
const restMs = 50;

/** Passes on what is heard of other instances: whoever waits for one of the runs, and the loop, look again. */
export const hearNews = (
  clock: Clock,
  signal: AbortSignal,
  { wake, changed }: { wake(): void; changed(runs: readonly string[] | null): void },
): ((news: StoreNews) => void) => {
  let resting = false;
  let again = false;
  const wakeInTurn = (): void => {
    if (resting) {
      again = true;
      return;
    }
    resting = true;
    again = false;
    wake();
    clock.sleep(restMs, signal).then(
      () => {
        resting = false;
        if (again) wakeInTurn();
      },
      () => {},
    );
  };
  return ({ runs }) => {
    changed(runs);
    wakeInTurn();
  };
};
