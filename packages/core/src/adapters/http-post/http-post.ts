import { lookup as resolve } from 'node:dns/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Post } from '../../ports/courier.ts';
import { isPrivate } from './private-address.ts';

export interface HttpPostOptions {
  /** Also to addresses of this machine and of private networks. */
  allowPrivate: boolean;
}

/** So much of an answer is read; what is behind is not. */
const answerBytes = 1024;

/**
 * Posts over HTTP, each time on a connection of its own. Where addresses are looked at, it is those that are connected to: a name that resolves to
 * another address the next time changes nothing. Redirects are answers like any other. Keeps no process alive.
 */
export const httpPost =
  ({ allowPrivate }: HttpPostOptions): Post =>
  ({ url, headers, body }, signal) =>
    new Promise((done, failed) => {
      const target = new URL(url);
      const host = target.hostname.replace(/^\[|\]$/g, '');
      // One that is an address already is looked up by nobody.
      if (!allowPrivate && isIP(host) !== 0 && isPrivate(host)) return failed(refused(host, [host]));
      const send = target.protocol === 'https:' ? requestHttps : requestHttp;
      const request = send(
        target,
        {
          method: 'POST',
          headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
          agent: false,
          signal,
          lookup: lookingAt(allowPrivate),
        },
        (response) => {
          readAnswer(response).then((answer) => {
            request.destroy();
            done({ status: response.statusCode ?? 0, answer });
          }, failed);
        },
      );
      request.on('socket', (socket) => socket.unref());
      request.on('error', failed);
      request.end(body);
    });

const lookingAt =
  (allowPrivate: boolean): LookupFunction =>
  (host, { all, ...options }, callback) => {
    resolve(host, { ...options, all: true }).then(
      (found) => {
        const allowed = found.filter(({ address }) => allowPrivate || !isPrivate(address));
        const [first] = allowed;
        if (!first)
          return callback(
            refused(
              host,
              found.map(({ address }) => address),
            ),
            '',
          );
        if (all) return callback(null, allowed);
        callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };

const refused = (host: string, addresses: readonly string[]): Error =>
  new Error(
    `'${host}' is at ${addresses.join(', ')}, which is an address of this machine or of a private network. Webhooks are not sent there, unless the host says \`webhooks: { allowPrivate: true }\`.`,
  );

const readAnswer = async (response: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part);
    bytes += part.length;
    if (bytes >= answerBytes) break;
  }
  return Buffer.concat(parts).subarray(0, answerBytes).toString('utf8').replaceAll('\0', '');
};
