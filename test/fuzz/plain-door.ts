import { functionExecutor } from '../../packages/core/src/adapters/function-executor/function-executor.ts';
import type { RunyardOptions } from '../../packages/core/src/services/options.ts';
import { httpHost } from '../../packages/core/test/support/http-host.ts';
import type { OpenDoor } from './door.ts';

/** The neutral app on Node's own server, all from source. */
export const plainDoor =
  (store: NonNullable<RunyardOptions['store']>): OpenDoor =>
  ({ options, functions }) =>
    httpHost({ bodyStallMs: 2_000 }, { ...options, store, executors: { function: functionExecutor({ functions }) } });
