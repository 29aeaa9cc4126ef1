import { connect, type Socket } from 'node:net';
import { constants, gunzipSync } from 'node:zlib';
import type { FuzzRequest } from './requests.ts';

export interface FuzzAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** One connection that is used for as long as the server keeps it. */
export interface FuzzWire {
  /** Null: the server closed the connection without an answer. Rejects where nothing came for `hangMs`. */
  send(request: FuzzRequest, fill: (text: string) => string): Promise<FuzzAnswer | null>;
  close(): void;
}

const hangMs = 20_000;

export const fuzzWire = (port: number, token: string): FuzzWire => {
  let socket: Socket | undefined;
  const open = (): Socket => {
    const made = connect({ host: '127.0.0.1', port });
    made.setNoDelay(true);
    made.on('error', () => undefined);
    return made;
  };
  return {
    async send(request, fill) {
      // What is broken on purpose must not be taken for what was sent before it.
      const isOdd =
        request.raw !== undefined || (request.body !== null && !['length', 'chunked'].includes(request.framing));
      if (isOdd || socket?.destroyed || socket?.readableEnded) socket?.destroy();
      if (!socket || socket.destroyed) socket = open();
      const used = socket;
      const answering = answerOn(used, request.method === 'HEAD');
      used.write(bytesOf(request, token, fill));
      if (isOdd) used.end();
      const answer = await answering;
      if (isOdd || answer === null || isLast(answer)) used.destroy();
      return answer;
    },
    close: () => socket?.destroy(),
  };
};

// Fastify does not say so with an answer to a head that is too large.
const isLast = ({ status, headers }: FuzzAnswer): boolean => status === 431 || /close/i.test(headers.connection ?? '');

const bytesOf = (
  { raw, method, target, headers, body, framing }: FuzzRequest,
  token: string,
  fill: (text: string) => string,
): Buffer => {
  if (raw !== undefined) return Buffer.from(raw, 'latin1');
  const content = body === null ? null : typeof body === 'string' ? Buffer.from(fill(body)) : Buffer.from(body);
  const given = new Set(headers.map(([name]) => name.toLowerCase()));
  const head = [`${method} ${oneLine(fill(target))} HTTP/1.1`];
  if (!given.has('host')) head.push('Host: 127.0.0.1');
  if (!given.has('authorization')) head.push(`Authorization: token ${token}`);
  if (content && !given.has('content-type')) head.push('Content-Type: application/json');
  for (const [name, value] of headers) head.push(`${name}: ${value}`);
  const [lengths, sent] = framed(content, framing);
  return Buffer.concat([Buffer.from(`${[...head, ...lengths].join('\r\n')}\r\n\r\n`, 'latin1'), sent]);
};

const oneLine = (target: string): string => (target === '' ? '/' : target.replace(/[\r\n ]/g, '%20'));

const framed = (content: Buffer | null, framing: FuzzRequest['framing']): [string[], Buffer] => {
  if (content === null) return [[], Buffer.alloc(0)];
  const chunk = Buffer.concat([Buffer.from(`${content.length.toString(16)}\r\n`), content, Buffer.from('\r\n')]);
  const last = Buffer.from('0\r\n\r\n');
  const chunked = 'Transfer-Encoding: chunked';
  switch (framing) {
    case 'length':
      return [[`Content-Length: ${content.length}`], content];
    case 'short':
      return [[`Content-Length: ${content.length + 10}`], content];
    case 'chunked':
      return [[chunked], content.length > 0 ? Buffer.concat([chunk, last]) : last];
    case 'endless':
      return [[chunked], content.length > 0 ? chunk : Buffer.alloc(0)];
    case 'bad-chunk':
      return [[chunked], Buffer.concat([Buffer.from('zz\r\n'), content])];
    case 'both':
      return [[chunked, `Content-Length: ${content.length}`], Buffer.concat([chunk, last])];
  }
};

const answerOn = (socket: Socket, isHead: boolean): Promise<FuzzAnswer | null> =>
  new Promise((resolve, reject) => {
    let parts: Buffer[] = [];
    let isOver = false;
    const over = (): void => {
      clearTimeout(timer);
      socket.off('data', take).off('end', ended).off('close', ended);
    };
    const look = (): void => {
      const bytes = Buffer.concat(parts);
      parts = [bytes];
      const answer = parse(bytes, isHead, isOver);
      if (answer !== undefined || isOver) {
        over();
        resolve(answer ?? null);
      }
    };
    const take = (bytes: Buffer): void => {
      parts.push(bytes);
      look();
    };
    const ended = (): void => {
      isOver = true;
      look();
    };
    const timer = setTimeout(() => {
      over();
      socket.destroy();
      reject(new Error(`hung: nothing more came for ${hangMs} ms`));
    }, hangMs);
    socket.on('data', take).on('end', ended).on('close', ended);
  });

// Undefined: there is more to come.
const parse = (bytes: Buffer, isHead: boolean, isOver: boolean): FuzzAnswer | undefined => {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = Number(first.split(' ')[1]);
  const rest = bytes.subarray(end + 4);
  if (status < 200) return parse(rest, isHead, isOver);
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const done = (body: Buffer): FuzzAnswer => ({ status, headers, body: plain(body, headers).toString('utf8') });
  if (isHead || status === 204 || status === 304) return done(Buffer.alloc(0));
  const length = headers['content-length'];
  if (length !== undefined) return rest.length >= Number(length) ? done(rest.subarray(0, Number(length))) : undefined;
  if (/chunked/i.test(headers['transfer-encoding'] ?? '')) {
    const { body, isWhole } = unchunked(rest);
    return isWhole || isOver ? done(body) : undefined;
  }
  return isOver || status >= 400 ? done(rest) : undefined;
};

const unchunked = (bytes: Buffer): { body: Buffer; isWhole: boolean } => {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at);
    const size = line < 0 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, line), 16);
    at = line + 2 + size + 2;
    const isThere = at <= bytes.length;
    if (size === 0 || !isThere) return { body: Buffer.concat(chunks), isWhole: size === 0 && isThere };
    chunks.push(bytes.subarray(line + 2, at - 2));
  }
};

const cutOff = { finishFlush: constants.Z_SYNC_FLUSH };

// Something in front of us may compress.
const plain = (body: Buffer, headers: Record<string, string>): Buffer =>
  headers['content-encoding'] === 'gzip' && body.length > 0 ? gunzipSync(body, cutOff) : body;
