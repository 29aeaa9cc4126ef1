import { RunyardError } from '../../domain/errors.ts';
import type { Logger } from '../../ports/host.ts';

/** The API of OpenTelemetry, in which the host's SDK is found. */
export type TelemetryApi = typeof import('@opentelemetry/api');

/**
 * The host's own copy of the API; null: it has none, so there is no SDK either. A copy of ours could be newer than the one that the SDK is registered with, and would
 * then find nothing; where the two are not the same all the same, that is said.
 */
export const hostApi = async (
  logger: Logger,
  load: () => Promise<TelemetryApi> = () => import('@opentelemetry/api'),
): Promise<TelemetryApi | null> => {
  try {
    const api = await load();
    const unseen = whatIsUnseen(api);
    if (unseen) logger.warn({ err: unseen }, 'OpenTelemetry is not told.');
    return api;
  } catch (error) {
    if (!isMissing(error)) logger.warn({ err: error }, 'OpenTelemetry is not told.');
    return null;
  }
};

// Where every version of the API keeps what was registered.
const registered = Symbol.for('opentelemetry.js.api.1');

interface Registered {
  version?: string;
  trace?: unknown;
  metrics?: unknown;
}

const whatIsUnseen = ({ trace, metrics }: TelemetryApi): RunyardError | null => {
  const { [registered]: host } = globalThis as { [registered]?: Registered };
  if (!host) return null;
  const isSeen =
    (!host.trace || host.trace === trace.getTracerProvider()) &&
    (!host.metrics || host.metrics === metrics.getMeterProvider());
  if (isSeen) return null;
  return new RunyardError(
    'invalid-option',
    `The SDK of OpenTelemetry is registered by version ${host.version} of @opentelemetry/api, which the one that Runyard finds cannot see. ` +
      'Have one version of it in the whole application: `npm ls @opentelemetry/api` tells who brings which.',
  );
};

const isMissing = (error: unknown): boolean =>
  ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes((error as NodeJS.ErrnoException | null)?.code ?? '');
