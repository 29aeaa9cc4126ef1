import { addressHint, Refused, Unreachable } from './errors.ts';

export interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Whole. */
  url: string;
  token: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  body?: unknown;
  signal: AbortSignal;
}

/** Sends one request once. Resolves with an answer that is 2xx; throws `Unreachable` and `Refused`. */
export const send = async (request: Request): Promise<Response> => {
  const { method, url, token, headers = {}, body, signal } = request;
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    redirect: 'manual', // a token goes where it was said to go
    signal,
  }).catch((error: unknown) => {
    throw unreachable(error, url);
  });
  return response.ok ? response : refused(response, url);
};

/** An error of the way there, or of reading an answer, in one sentence. */
export const unreachable = (error: unknown, url: string): Unreachable => {
  const { origin } = new URL(url);
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  if ((error as Error).name === 'TimeoutError')
    return new Unreachable(`${origin} did not answer in time.`, { cause: error });
  const why = cause?.code ?? cause?.message ?? (error as Error).message;
  const unsent = cause?.code !== undefined && beforeSending.has(cause.code);
  return new Unreachable(`${origin} cannot be reached (${why}).`, { cause: error, unsent });
};

const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const refused = async (response: Response, url: string): Promise<never> => {
  const { status } = response;
  const text = await response.text().catch(() => '');
  const problem = problemIn(text);
  if (status === 502 || status === 503 || status === 504)
    throw new Unreachable(`${new URL(url).origin} answered ${status}: ${problem?.detail ?? 'it is not there now'}`, {
      // What is in front of it says so, or it says so itself before it does anything.
      unsent: status === 503 && problem?.code === 'closed',
    });
  if (problem !== null) throw new Refused(inOurWords(problem), { status, code: problem.code, id: problem.id });
  const location = response.headers.get('location');
  const hint =
    location !== null
      ? `It points to ${location}, which is not followed with a token: give that address.`
      : addressHint;
  throw new Refused(`${url.split('?', 1)[0]} answered ${status}, but not as Runyard does. ${hint}`, {
    status,
    code: 'not-runyard',
  });
};

interface Problem {
  code: string;
  detail: string;
  id?: string;
}

// The server tells of a header, and of paths, which nobody typed.
const inOurWords = ({ code, detail }: Problem): string => {
  if (code === 'unauthenticated')
    return 'The token is not valid, or not any more: give another by --token-file or RUNYARD_TOKEN, or `runyard login`.';
  return code === 'not-found' ? `${detail} ${addressHint}` : detail;
};

const problemIn = (text: string): Problem | null => {
  try {
    const body = JSON.parse(text) as Partial<Problem> | null;
    return typeof body?.code === 'string' && typeof body.detail === 'string' ? (body as Problem) : null;
  } catch {
    return null;
  }
};
