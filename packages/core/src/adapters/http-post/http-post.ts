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

/** So much of an answer is read, and for so long once its status is there; what is behind is not. */
const answerBytes = 1024;
const answerMs = 1000;

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
      if (signal.aborted) return failed(signal.reason);
      // One that is an address already is looked up by nobody.
      if (!allowPrivate && isIP(host) !== 0 && isPrivate(host)) return failed(refused(host));
      const send = target.protocol === 'https:' ? requestHttps : requestHttp;
      const request = send(
        target,
        {
          method: 'POST',
          headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
          agent: false,
          lookup: lookingAt(allowPrivate),
        },
        (response) => {
          // Who asked has the status, and waits for nothing more.
          heedNoMore();
          const answer = readAnswer(response).finally(() => request.destroy());
          done({ status: response.statusCode ?? 0, answer });
        },
      );
      const giveUp = (): unknown => request.destroy(signal.reason);
      const heedNoMore = (): void => signal.removeEventListener('abort', giveUp);
      signal.addEventListener('abort', giveUp);
      request.on('close', heedNoMore);
      request.on('socket', (socket) => socket.unref());
      request.on('error', (error) => failed(withoutAddress(error, host)));
      request.end(body);
    });

const lookingAt =
  (allowPrivate: boolean): LookupFunction =>
  (host, { all, ...options }, callback) => {
    resolve(host, { ...options, all: true }).then(
      (found) => {
        const allowed = found.filter(({ address }) => allowPrivate || !isPrivate(address));
        const [first] = allowed;
        if (!first) return callback(refused(host), '');
        if (all) return callback(null, allowed);
        callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };

// Which addresses names have in this network is the business of nobody who makes a webhook.
const refused = (host: string): Error =>
  new Error(
    `'${host}' is an address of this machine or of a private network, or a name of one. Webhooks are not sent there, unless the host says \`webhooks: { allowPrivate: true }\`.`,
  );

const withoutAddress = (error: NodeJS.ErrnoException & { address?: string }, host: string): Error =>
  error.address === undefined && !(error instanceof AggregateError)
    ? error
    : new Error(`'${host}' cannot be reached (${error.code ?? 'no connection'}).`, { cause: error });

// What has come of it; its status counts, however it goes on.
const readAnswer = (response: IncomingMessage): Promise<string> =>
  new Promise((done) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    const end = (): void => {
      clearTimeout(timer);
      done(Buffer.concat(parts).subarray(0, answerBytes).toString('utf8').replaceAll('\0', ''));
    };
    const timer = setTimeout(end, answerMs).unref();
    response.on('data', (part: Buffer) => {
      parts.push(part);
      bytes += part.length;
      if (bytes >= answerBytes) end();
    });
    response.on('error', end).on('close', end);
  });
