import type { Link, SpanContext } from '@opentelemetry/api';
import type { Run } from '../../domain/run/run.ts';
import type { TelemetryApi } from './host-api.ts';

export interface Requests {
  /** The run was accepted, in the context of whoever asked for it. */
  accepted(run: Run): void;
  /** To the span in which the run was asked for; none where it is not known. Forgets it. */
  linksOf(run: Run): Link[];
}

/** So many are remembered: of runs that end in another process nobody hears here. The oldest go first. */
const most = 10_000;

/** Which span was active when each run was asked for, as long as the run goes on. */
export const newRequests = ({ trace, context }: TelemetryApi): Requests => {
  const spans = new Map<string, SpanContext>();
  const forget = (runId: string): void => void spans.delete(runId);
  return {
    accepted({ id, trigger, attempt }) {
      // Nobody asks for a schedule's run or for a retry: what is active there is of whoever opened the Runyard.
      if (trigger === 'schedule' || attempt > 0) return;
      const span = trace.getSpanContext(context.active());
      if (!span) return;
      spans.set(id, span);
      for (const oldest of spans.keys()) {
        if (spans.size <= most) return;
        forget(oldest);
      }
    },
    linksOf({ id }) {
      const span = spans.get(id);
      forget(id);
      return span ? [{ context: span }] : [];
    },
  };
};
