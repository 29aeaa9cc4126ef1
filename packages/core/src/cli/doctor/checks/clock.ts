import type { StoreInspection } from '../../../ports/store-inspection.ts';
import { type Finding, ok, warning } from '../finding.ts';

const tolerableMs = 5_000;

/** The host's clock against the store's own, where it has one, and against what was written last. */
export const checkClock = ({ now: storeNow, newestRunAt }: StoreInspection, now: number): Finding[] => {
  const off = storeNow === null ? 0 : now - storeNow;
  if (Math.abs(off) > tolerableMs)
    return [
      warning(
        'clock',
        `This host's clock is ${seconds(off)} ${off > 0 ? 'ahead of' : 'behind'} the database's, by which leases and due instants are judged.`,
        'Set both by NTP.',
      ),
    ];
  const ahead = newestRunAt === null ? 0 : newestRunAt - (storeNow ?? now);
  if (ahead > tolerableMs)
    return [
      warning(
        'clock',
        `The newest run was made ${seconds(ahead)} later than now: a clock was set back, or was ahead when that was written.`,
        'Set the clock by NTP; schedules are moved back at the next start.',
      ),
    ];
  return [ok('clock', new Date(now).toISOString())];
};

const seconds = (ms: number): string => `${Math.round(Math.abs(ms) / 1_000)} s`;
