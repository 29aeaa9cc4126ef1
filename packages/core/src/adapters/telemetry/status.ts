import type { SpanStatus } from '@opentelemetry/api';
import type { TelemetryApi } from './host-api.ts';

export const failure = ({ SpanStatusCode }: TelemetryApi, message: string | null): SpanStatus => ({
  code: SpanStatusCode.ERROR,
  ...(message !== null && { message }),
});
