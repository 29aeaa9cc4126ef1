import fc from 'fast-check';
import { mutated } from './mutate.ts';
import { oddBytes, oddIds, oddQueryTexts, oddTexts } from './odd-values.ts';
import { type Document, type Operation, valuesOf } from './schema-values.ts';

/** A request as it is to be sent; ids of the form `$job_id:3$` are filled in at the last moment. */
export interface FuzzRequest {
  operation: string;
  method: string;
  target: string;
  headers: [string, string][];
  body: string | Uint8Array | null;
  /** How it is framed: `short` sends less than it says, `endless` never ends its last chunk, and then both close. */
  framing: 'length' | 'chunked' | 'short' | 'endless' | 'bad-chunk' | 'both';
  /** Sends this instead, as it is. */
  raw?: string;
}

/** Requests for all that a document describes: most are right or nearly so, some are odd in every way. */
export const requestsOf = (document: Document): fc.Arbitrary<FuzzRequest> => {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      // What asks other machines, or starts programs, is not what is tried here: it comes in its turn, rarely.
      weight: /scan|ping|build/.test(path) ? 1 : method === 'delete' ? 4 : 20,
      arbitrary: requestOf(document, path, method.toUpperCase(), operation),
    })),
  );
  return fc.oneof({ weight: 40, arbitrary: fc.oneof(...all) }, { weight: 1, arbitrary: rawRequests });
};

const requestOf = (document: Document, path: string, method: string, operation: Operation): fc.Arbitrary<FuzzRequest> =>
  fc
    .record({
      method: mostly(
        fc.constant(method),
        fc.constantFrom('HEAD', 'OPTIONS', 'PUT', 'POST', 'GET', 'TRACE', 'PROPFIND'),
        60,
      ),
      target: fc.tuple(pathOf(path), queryOf(document, operation)).map(([at, query]) => `/api${at}${query}`),
      headers: headersOf(operation),
      body: bodyOf(document, operation, method),
      framing: mostly(
        fc.constantFrom<FuzzRequest['framing'][]>('length', 'length', 'chunked'),
        fc.constantFrom<FuzzRequest['framing'][]>('short', 'endless', 'bad-chunk', 'both'),
        80,
      ),
    })
    .map((request) => ({ operation: operation.operationId, ...request }));

const mostly = <A, B>(right: fc.Arbitrary<A>, odd: fc.Arbitrary<B>, weight: number): fc.Arbitrary<A | B> =>
  fc.oneof<[{ weight: number; arbitrary: fc.Arbitrary<A> }, { weight: number; arbitrary: fc.Arbitrary<B> }]>(
    { weight, arbitrary: right },
    { weight: 1, arbitrary: odd },
  );

const pathOf = (path: string): fc.Arbitrary<string> => {
  const parts = path.split(/(\{\w+\})/).map((part): fc.Arbitrary<string> => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) return fc.constant(part);
    return mostly(
      fc.nat(30).map((n) => `$${name}:${n}$`),
      oddIds,
      5,
    );
  });
  return mostly(
    fc.tuple(...parts).map((texts) => texts.join('')),
    fc.constantFrom(
      `${path}/`,
      `${path}/extra`,
      `/${path}`,
      path.toUpperCase(),
      `${path}/../users`,
      `${path}%2f`,
      `${path}.json`,
      '/',
      '',
    ),
    60,
  );
};

const queryOf = (document: Document, { parameters = [] }: Operation): fc.Arbitrary<string> => {
  const own = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) => {
      const right = valuesOf(schema, document, name).map((value) => encodeURIComponent(String(value).toWellFormed()));
      return fc.tuple(fc.constant(name), mostly(right, oddQueryTexts, 4));
    });
  const strange = fc.tuple(
    fc.constantFrom('no_such', '__proto__', 'constructor', 'page_size', '%00', 'a[b]'),
    oddQueryTexts,
  );
  const pairs = own.length > 0 ? fc.array(fc.oneof(...own), { maxLength: 3 }) : fc.constant<[string, string][]>([]);
  return fc.tuple(pairs, fc.option(strange, { freq: 1 }), fc.nat(9)).map(([some, odd, n]) => {
    const all = odd !== null && n === 0 ? [...some, odd] : some;
    return all.length > 0 ? `?${all.map(([name, text]) => `${name}=${text}`).join('&')}` : '';
  });
};

const headersOf = ({ parameters = [] }: Operation): fc.Arbitrary<[string, string][]> => {
  const described = parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name);
  const names = [
    ...described,
    'Accept',
    'Content-Type',
    'Authorization',
    'Host',
    'Content-Encoding',
    'Cookie',
    'X-Forwarded-For',
    'X-HTTP-Method-Override',
    'Expect',
    'Origin',
    'Upgrade',
    'Range',
    'If-Match',
    'Last-Event-ID',
    'Accept-Encoding',
    'X-Request-Id',
  ];
  const odd = fc.array(fc.tuple(fc.constantFrom(...names), oddHeaderTexts), { minLength: 1, maxLength: 2 });
  return mostly(fc.constant<[string, string][]>([]), odd, 8);
};

const oddHeaderTexts = fc.constantFrom(
  '',
  ' ',
  'text/event-stream',
  'application/x-ndjson;q=0.5, */*;q=x',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'text/plain',
  'gzip',
  'token ',
  'token ryd_wrong',
  'Bearer ',
  'Basic Zm9vOmJhcg==',
  '100-continue',
  'something else',
  'websocket',
  'bytes=0-1',
  'manual',
  '1.2',
  '99999999999.x',
  '[::1',
  'a:99999',
  ':::',
  'x'.repeat(300),
  'x'.repeat(9_000),
  '\u00ff\u00fe',
  '%0d%0aX-Injected: 1',
  '../../etc/passwd',
  '__proto__',
);

const bodyOf = (
  document: Document,
  { requestBody }: Operation,
  method: string,
): fc.Arbitrary<string | Uint8Array | null> => {
  const schema = requestBody?.content['application/json']?.schema;
  if (!schema)
    return method === 'GET'
      ? mostly(fc.constant(null), oddTexts, 30)
      : mostly(fc.constant(null), fc.oneof(oddTexts, oddBytes), 6);
  const values = valuesOf(schema, document);
  const asJson = (value: unknown): string => JSON.stringify(value) ?? '';
  return fc.oneof(
    { weight: 1000, arbitrary: values.map(asJson) },
    { weight: 1200, arbitrary: mutated(values).map(asJson) },
    { weight: 300, arbitrary: oddTexts },
    { weight: 200, arbitrary: oddBytes },
    { weight: 100, arbitrary: fc.constant(null) },
    { weight: 3, arbitrary: fc.constant(tenMegabytes) },
  );
};

/** A command of that size, for a job. */
const tenMegabytes = `{"name":"x","command":["${'x'.repeat(10_000_000)}"]}`;

/** What is hardly HTTP any more. */
const rawRequests: fc.Arbitrary<FuzzRequest> = fc
  .constantFrom(
    'GET /api/jobs HTTP/1.1\r\nHost: x\r\nX-Odd: a\r\n b\r\n\r\n',
    'GET /api/jobs HTTP/1.1\r\n\r\n',
    'GET /api/jobs HTTP/1.0\r\n\r\n',
    'GET /api/jobs\r\n\r\n',
    'get /api/jobs HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET http://other/api/healthz HTTP/1.1\r\nHost: x\r\n\r\n',
    'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n',
    'CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /api/jobs?\u0000 HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /api/jobs HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n',
    'GET /api/jobs HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n',
    'GET /api/jobs HTTP/9.9\r\nHost: x\r\n\r\n',
    'POST /api/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
    'POST /api/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 2\r\n\r\n',
    'POST /api/jobs HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n',
    `GET /api/${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET /api/jobs HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
    `GET /api/jobs HTTP/1.1\r\nHost: x\r\n${'X: y\r\n'.repeat(2_500)}\r\n`,
    'GET /api/jobs#fragment HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET //api//jobs HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /api/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /api\\jobs HTTP/1.1\r\nHost: x\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001\u0000',
    '\r\n\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  )
  .map((raw) => ({ operation: 'raw', method: 'GET', target: '', headers: [], body: null, framing: 'length', raw }));
