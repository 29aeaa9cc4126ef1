import { RunyardError } from '../domain/errors.ts';

/**
 * Refuses what a page of another site can have a browser send without asking us first, since a cookie of the host may go along with it. Only such
 * requests: a POST that is a form, a plain text or empty, and that says where it is from: by `Sec-Fetch-Site`, or, since browsers send that only to
 * addresses that they trust (https, localhost), by `Origin`. No page can set either.
 */
export const refuseCrossSite = (request: Request): void => {
  const { method, headers } = request;
  if (method !== 'POST' || headers.has('authorization') || !needsNoLeave(headers.get('content-type'))) return;
  if (!isFromElsewhere(request)) return;
  throw new RunyardError(
    'forbidden',
    'A browser sent this for a page of another site: send it with `Content-Type: application/json`, which your CORS settings must then allow, or with a token.',
  );
};

const isFromElsewhere = ({ url, headers }: Request): boolean => {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'cross-site' || site === 'same-site';
  const origin = headers.get('origin');
  if (origin === null) return false;
  // `null`, for one that hides where it is from.
  if (!URL.canParse(origin)) return true;
  // By the scheme that the browser saw, since one in front of us may have taken it off: `:443` and `:80` go without saying.
  const { protocol, host } = new URL(origin);
  return host !== new URL(url.replace(/^\w+:/, protocol)).host;
};

// https://fetch.spec.whatwg.org/#cors-safelisted-request-header
const needsNoLeave = (type: string | null): boolean =>
  type === null || /^\s*(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\b/i.test(type);
