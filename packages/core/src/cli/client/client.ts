import type { Given } from '../command.ts';
import { addressHint, Refused } from './errors.ts';
import { type Patience, patiently } from './patiently.ts';
import { type Request, send, unreachable } from './send.ts';
import { readSettings, type Settings } from './settings.ts';

/** Runyard's HTTP API as the command line asks it. Methods throw `Unreachable` and `Refused`. */
export interface Client {
  readonly url: string;
  /** For how long a call of the command's own kind is patient, ms; `--patience` where that was given. */
  patience(otherwiseMs: number): number;
  get<T>(path: string, query?: Query): Promise<T>;
  /** `repeatable`: asking twice comes to the same as asking once. */
  send<T>(method: Request['method'], path: string, options?: SendOptions): Promise<T>;
  /** An answer that is read as it comes; asked for once. */
  open(
    path: string,
    options: { query?: Query; headers?: Record<string, string>; signal: AbortSignal },
  ): Promise<Response>;
}

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface SendOptions {
  body?: unknown;
  query?: Query;
  headers?: Record<string, string>;
  repeatable?: boolean;
  /** Default 5 s, unless `--patience` says otherwise. */
  patienceMs?: number;
  /** How long one answer may take. Default 30 s. */
  longestMs?: number;
  signal?: AbortSignal;
}

const callMs = 30_000;
const usualPatienceMs = 5_000;

export const clientFor = async (given: Given): Promise<Client> => createClient(await readSettings(given));

export const createClient = ({ url, token, patienceMs }: Settings): Client => {
  const address = (path: string, query: Query = {}): string => `${url}${path}${queryText(query)}`;
  const client: Client = {
    url,
    patience: (otherwiseMs) => patienceMs ?? otherwiseMs,
    get: (path, query = {}) => client.send('GET', path, { query, repeatable: true }),
    send: async (method, path, options = {}) => {
      const { body, query, headers, repeatable = false, longestMs = callMs } = options;
      const { signal = new AbortController().signal } = options;
      const whole = address(path, query);
      const patience: Patience = { ms: client.patience(options.patienceMs ?? usualPatienceMs), repeatable, signal };
      return patiently(async () => {
        const limited = AbortSignal.any([signal, AbortSignal.timeout(longestMs)]);
        const response = await send({
          method,
          url: whole,
          token,
          signal: limited,
          ...(headers && { headers }),
          ...(body !== undefined && { body }),
        });
        return readJson(response, whole);
      }, patience);
    },
    open: (path, { query, headers, signal }) =>
      send({ method: 'GET', url: address(path, query), token, signal, ...(headers && { headers }) }),
  };
  return client;
};

const readJson = async <T>(response: Response, url: string): Promise<T> => {
  const text = await response.text().catch((error: unknown) => {
    throw unreachable(error, url);
  });
  if (response.status === 204) return undefined as T;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Refused(`${url.split('?', 1)[0]} answered with something that is no JSON. ${addressHint}`, {
      status: response.status,
      code: 'not-runyard',
    });
  }
};

const queryText = (query: Query): string => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const each of Array.isArray(value) ? value : [value])
      if (each !== undefined) search.append(name, String(each));
  return search.size === 0 ? '' : `?${search}`;
};
