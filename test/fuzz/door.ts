import type { Server } from 'node:http';
import type { JobFunction } from '../../packages/core/src/ports/job-function.ts';
import type { RunyardOptions } from '../../packages/core/src/services/options.ts';
import type { Runyard } from '../../packages/core/src/services/runyard.ts';
import type { FuzzAnswer } from './fuzz-wire.ts';

/** A real server with the HTTP API below `/api`, as hosts of one kind mount it. */
export interface Door extends AsyncDisposable {
  runyard: Runyard;
  server: Server;
  /** Of an admin. */
  token: string;
  /** Whether a refusal of what was sent to this path may be the host's own, which need not be a problem. Default: none may. */
  refuses?(answer: FuzzAnswer, path: string): boolean;
}

export interface DoorParts {
  options: RunyardOptions;
  /** For the executor `function`. */
  functions: Record<string, JobFunction>;
}

export type OpenDoor = (parts: DoorParts) => Promise<Door>;
