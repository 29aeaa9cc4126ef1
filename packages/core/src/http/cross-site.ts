import { RunyardError } from '../domain/errors.ts';

/**
 * Refuses what a page of another site can have a browser send without asking us first, since a cookie of the host may go along with it. Only such
 * requests: a POST that is a form, a plain text or empty, and that says by `Sec-Fetch-Site`, which every browser sends and no page can set, where it is from.
 */
export const refuseCrossSite = ({ method, headers }: Request): void => {
  if (method !== 'POST' || headers.has('authorization')) return;
  if (!elsewhere.has(headers.get('sec-fetch-site') ?? '') || !needsNoLeave(headers.get('content-type'))) return;
  throw new RunyardError(
    'forbidden',
    'A browser sent this for a page of another site: send it with `Content-Type: application/json`, which your CORS settings must then allow, or with a token.',
  );
};

const elsewhere: ReadonlySet<string> = new Set(['cross-site', 'same-site']);

// https://fetch.spec.whatwg.org/#cors-safelisted-request-header
const needsNoLeave = (type: string | null): boolean =>
  type === null || /^\s*(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\b/i.test(type);
