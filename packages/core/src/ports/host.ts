import type { Clock } from './clock.ts';
import type { Entropy } from './entropy.ts';
import type { JobFunction } from './job-function.ts';

/** What `createRunyard` hands to the adapters that it is given. */
export interface Host {
  /** Absolute path of the data directory; exists, mode 0700, locked for this instance. */
  readonly dataDir: string;
  /** The data directory's own random id: the place of everything that lives on this host. */
  readonly place: string;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly logger: Logger;
  /** What `runyard.define` was given, by name; it changes. Absent where there is no Runyard, as in a test of an adapter. */
  readonly functions?: ReadonlyMap<string, JobFunction>;
}

/** An adapter is given ready-made, or as a function of the host: `processExecutor()` returns such a function. */
export type Provided<T> = T | ((host: Host) => T);

/** The shape of pino's methods, so a pino logger fits as it is. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
