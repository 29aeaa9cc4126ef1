import type { ServerResponse } from 'node:http';
import type { NodeRequest } from './node-request.ts';

const closing = new WeakSet<object>();

/** Says with the answer that its connection closes behind it. */
export const isLastAnswer = (outgoing: ServerResponse): void => {
  outgoing.setHeader('connection', 'close');
  closing.add(outgoing.req.socket);
};

/** Sent behind an answer that is the last of its connection: it would be done, and nobody told of it. RFC 9112, 9.6: it must not be. */
export const comesTooLate = ({ httpVersionMajor, socket }: NodeRequest): boolean =>
  httpVersionMajor === 1 && closing.has(socket);
