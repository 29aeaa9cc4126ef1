import type { Readable } from 'node:stream';
import type { ProbeEngine } from '../gpus/probe-engine.ts';
import type { DockerImages } from '../images/docker-images.ts';

/** What is used of a dockerode instance. */
export type DockerClient = Dialer & DockerImages & ProbeEngine;

/** Its way to send one request. */
export interface Dialer {
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
