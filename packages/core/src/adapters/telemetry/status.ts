import { type SpanStatus, SpanStatusCode } from '@opentelemetry/api';

export const failure = (message: string | null): SpanStatus => ({
  code: SpanStatusCode.ERROR,
  ...(message !== null && { message }),
});
