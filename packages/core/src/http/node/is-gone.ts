import type { ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';

/** Whether its connection is closed, and its `close` has been. A response of HTTP/2 tells it by its stream alone. */
export const isGone = ({ destroyed, stream }: ServerResponse & { stream?: ServerHttp2Stream }): boolean =>
  destroyed || stream?.destroyed === true;
