import type { ServerResponse } from 'node:http';
import { constants, type ServerHttp2Stream } from 'node:http2';
import { untilSent } from './until-sent.ts';

/** How long a client may go on with a body that is answered already. */
export const lingerMs = 2_000;

/**
 * A stream of HTTP/2 ends when both sides have ended it: one whose request nobody reads to its end would stay open, and its connection have room
 * for one less. So what is not wanted is read on for a moment, behind the answer, and then refused (RFC 9113, 8.1). HTTP/1 closes its connection.
 */
export const leaveRest = (outgoing: ServerResponse & { stream?: ServerHttp2Stream }): void => {
  const { req, stream } = outgoing;
  if (!stream || req.complete) return;
  void untilSent(req, lingerMs).then(() => {
    if (!req.complete) stream.close(constants.NGHTTP2_NO_ERROR);
  });
};
