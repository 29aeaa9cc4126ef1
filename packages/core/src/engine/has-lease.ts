import type { EngineContext } from './context.ts';

/** Whether our lease holds, as far as we know: who has none must begin nothing, since others take its runs for theirs. */
export const hasLease = ({ exclusive, clock, lease, settings }: EngineContext): boolean =>
  exclusive || clock.monotonic() - lease.renewedAt <= settings.leaseMs;
