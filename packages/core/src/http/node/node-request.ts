import type { IncomingMessage } from 'node:http';

/** What a framework adds to Node's request; each part may be missing. */
export interface NodeRequest extends IncomingMessage {
  /** The path below which the handler is mounted; `url` is what is left. */
  baseUrl?: string;
  /** What a body parser made of the body. */
  body?: unknown;
}
