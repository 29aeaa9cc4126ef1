import type { Span, Tracer } from '@opentelemetry/api';
import type { Attempt, Run } from '../../domain/run/run.ts';
import { attemptAttributes } from './attributes.ts';
import type { TelemetryApi } from './host-api.ts';
import { asRecorded } from './recorded-time.ts';
import { failure } from './status.ts';

/** Below a run: how long it was queued, and each attempt with its phases. */
export const attemptSpans = (
  { api, tracer }: { api: TelemetryApi; tracer: Tracer },
  runSpan: Span,
  { run, attempts }: { run: Run; attempts: readonly Attempt[] },
): void => {
  const { trace, ROOT_CONTEXT } = api;
  const end = run.endedAt ?? run.createdAt;
  const child = (parent: Span, name: string, from: number, attributes = {}): Span =>
    tracer.startSpan(name, { startTime: asRecorded(from), attributes }, trace.setSpan(ROOT_CONTEXT, parent));
  child(runSpan, 'queued', run.createdAt).end(asRecorded(attempts[0]?.createdAt ?? end));
  for (const attempt of attempts) {
    const attemptEnd = attempt.endedAt ?? end;
    const span = child(runSpan, `attempt ${attempt.attempt}`, attempt.createdAt, attemptAttributes(attempt));
    for (const [index, { name, at }] of attempt.phases.entries())
      child(span, name, at).end(asRecorded(Math.max(at, attempt.phases[index + 1]?.at ?? attemptEnd)));
    const { outcome } = attempt;
    const isGood = outcome?.class === 'exited' && outcome.code === 0;
    if (outcome && !isGood) span.setStatus(failure(api, outcome.sentence ?? outcome.class));
    span.end(asRecorded(attemptEnd));
  }
};
