import type { Span } from '@opentelemetry/api';
import type { Job } from '../../domain/job/job.ts';
import type { Attempt, Run } from '../../domain/run/run.ts';
import type { Store } from '../../ports/store.ts';
import { attemptSpans } from './attempt-spans.ts';
import { runAttributes } from './attributes.ts';
import type { TelemetryApi } from './host-api.ts';
import { asRecorded } from './recorded-time.ts';
import { newRequests } from './requests.ts';
import { failure } from './status.ts';

export interface RunSpans {
  /** A run was accepted, in the context of whoever asked for it. */
  accepted(run: Run): void;
  /** The run has ended, and this instance has written it down. */
  ended(run: Run): void;
  /** Resolves when nothing is on its way, or after a second. */
  settled(): Promise<void>;
}

export interface RunSpanParts {
  api: TelemetryApi;
  store: Pick<Store, 'attempts' | 'jobAt'>;
  version: string;
  onFault(error: unknown): void;
}

/** Of more runs at once that end, only the run is told, and not its attempts. */
const mostAtOnce = 1_000;
const settleMs = 1_000;

/**
 * A span for each run, made from what was recorded when it has ended, so that none is lost with a process that looked after it before, and none is told twice:
 * the instance that writes the end makes it, and only that, so that there is none where it is killed right behind. Only its link to the request is of this process.
 */
export const newRunSpans = ({ api, store, version, onFault }: RunSpanParts): RunSpans => {
  const tracer = api.trace.getTracer('@runyard/core', version);
  const requests = newRequests(api);
  const pending = new Set<Promise<void>>();

  const withAttempts = async (span: Span, run: Run): Promise<void> => {
    try {
      const [attempts, job] = await Promise.all([store.attempts(run.id), store.jobAt(run.jobId, run.revision)]);
      describe(span, run, { attempts, job });
    } catch (error) {
      onFault(error);
    } finally {
      end(span, run);
    }
  };

  const describe = (
    span: Span,
    run: Run,
    { attempts, job }: { attempts: readonly Attempt[]; job: Job | null },
  ): void => {
    if (job) span.updateName(`run ${job.spec.name}`).setAttribute('runyard.job.name', job.spec.name);
    attemptSpans({ api, tracer }, span, { run, attempts });
  };

  const end = (span: Span, run: Run): void => {
    try {
      if (run.state === 'failed') span.setStatus(failure(api, run.sentence ?? run.reason));
      span.end(asRecorded(run.endedAt ?? run.createdAt));
    } catch (error) {
      onFault(error);
    }
  };

  return {
    accepted(run) {
      try {
        requests.accepted(run);
      } catch (error) {
        onFault(error);
      }
    },
    ended(run) {
      try {
        // Of its own: whatever happens to be active here has nothing to do with it.
        const known = { root: true, startTime: asRecorded(run.createdAt), attributes: runAttributes(run) };
        const span = tracer.startSpan('run', { ...known, links: requests.linksOf(run) });
        if (!span.isRecording() || pending.size >= mostAtOnce) return end(span, run);
        const told = withAttempts(span, run).finally(() => pending.delete(told));
        pending.add(told);
      } catch (error) {
        onFault(error);
      }
    },
    async settled() {
      if (pending.size === 0) return;
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, settleMs);
      await Promise.race([Promise.allSettled(pending), late.promise]);
      clearTimeout(timer);
    },
  };
};
