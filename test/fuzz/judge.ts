import { tmpdir } from 'node:os';
import { errorCodes } from '../../packages/core/src/domain/errors.ts';
import { statusOf } from '../../packages/core/src/http/problem.ts';
import type { FuzzHost } from './fuzz-host.ts';
import type { FuzzAnswer } from './fuzz-wire.ts';
import type { FuzzRequest } from './requests.ts';

type Judged = Pick<FuzzHost, 'secrets' | 'refuses'>;

/** What is wrong with an answer; null: nothing. */
export const judge = (request: FuzzRequest, answer: FuzzAnswer | null, { secrets, refuses }: Judged): string | null => {
  // Node's own parser answers, or closes, before it calls us.
  if (answer === null) return mayGoUnanswered(request) ? null : 'there was no answer';
  const { status, headers, body } = answer;
  if (!(status >= 200 && status < 500)) return `its status is ${status}`;
  if ('x-injected' in headers) return 'a header was injected';
  const inside = insides.find((text) => body.includes(text));
  if (inside !== undefined) return `it tells of the inside: ${inside}`;
  const secret = secrets.find((text) => body.includes(text) || JSON.stringify(headers).includes(text));
  if (secret !== undefined) return `it tells what is secret: ${secret}`;
  if (status < 400 || request.method === 'HEAD') return null;
  if (body === '' && !('content-type' in headers) && byParser.has(status))
    return mayBeRefusedByParser(request) ? null : 'Node refused it';
  if (refuses(answer, pathOf(request))) return null;
  return judgeProblem(answer);
};

const pathOf = ({ target, raw }: FuzzRequest): string =>
  (raw === undefined ? target : (raw.split(' ')[1] ?? '')).replace(/^http:\/\/[^/]*/, '').split(/[?#\s]/, 1)[0] ?? '';

const judgeProblem = ({ status, headers, body }: FuzzAnswer): string | null => {
  if (headers['content-type'] !== 'application/problem+json') return `its type is ${headers['content-type']}`;
  const problem = JSON.parse(body) as { code: keyof typeof errorCodes; status: number; title: string; detail: string };
  if (!(problem.code in errorCodes)) return `its code is ${problem.code}`;
  if (statusOf[problem.code] !== status || problem.status !== status) return `its status does not fit ${problem.code}`;
  if (!problem.title || !problem.detail) return 'it says nothing';
  const long = Object.entries(problem).find(([, text]) => String(text).length > 2_100);
  return long ? `its ${long[0]} is ${String(long[1]).length} long` : null;
};

/** Statuses of Node's own: malformed, too slow, expectation, header fields too large. */
const byParser: ReadonlySet<number> = new Set([400, 408, 413, 417, 431]);

const isOdd = ({ raw, framing, body }: FuzzRequest): boolean =>
  raw !== undefined || (body !== null && !['length', 'chunked'].includes(framing));

const hasOddHead = ({ headers, target }: FuzzRequest): boolean =>
  target.length > 4_000 ||
  headers.some(([name, value]) => value.length > 4_000 || /^(expect|host|upgrade)$/i.test(name));

const mayGoUnanswered = (request: FuzzRequest): boolean => isOdd(request);
const mayBeRefusedByParser = (request: FuzzRequest): boolean => isOdd(request) || hasOddHead(request);

const insides = ['node_modules', process.cwd(), tmpdir(), '    at ', 'node:internal', '.ts:', '/dist/'];
