import type { Readable } from 'node:stream';

/** What is used of a dockerode instance: its way to send one request. Any version of dockerode since 3 fits. */
export interface DockerClient {
  readonly modem: { dial(options: DialOptions, callback: (error: DialFault | null, answer: unknown) => void): void };
}

export interface DialOptions {
  path: string;
  method: string;
  options?: { _query: object; _body: unknown };
  statusCodes: Record<number, true>;
  file?: Readable | Buffer;
  isStream?: boolean;
  hijack?: boolean;
  authconfig?: object;
  abortSignal?: AbortSignal;
}

/** An answer that is no success, or none at all. */
export type DialFault = Error & { statusCode?: number; json?: unknown; code?: string };
