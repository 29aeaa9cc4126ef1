import { type HttpHost, read } from './http-host.ts';

export interface Client {
  /** Gives the body; throws where the answer is a refusal, as the clients do. */
  // biome-ignore lint/suspicious/noExplicitAny: what was read is what is tested.
  ask(method: string, path: string, body?: unknown): Promise<any>;
}

/** Asks as the first client of the published API does: its headers, and, as `requests` does, a POST without a body says so by its length. */
export const firstClient = (host: HttpHost, token = host.token): Client => {
  const headers = { authorization: `token ${token}`, 'x-saturn-client-version': '0+unknown' };
  const ask = async (method: string, path: string, body?: unknown) => {
    const length = body === undefined && method !== 'GET' ? { 'content-length': '0' } : {};
    const answer = await read(host.call(method, path, { headers: { ...headers, ...length }, body }));
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  return { ask };
};

/** As the generated client does: a JSON content type with every request, also with one that has no body. */
export const generatedClient = (host: HttpHost, token = host.token): Client => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const ask = async (method: string, path: string, body?: unknown) => {
    const given = method === 'GET' || method === 'DELETE' ? {} : { body: body ?? '' };
    const answer = await read(host.call(method, path, { headers, ...given }));
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  return { ask };
};

/** A value of the answer that the client reads by this key: it breaks where there is none, as a client does. */
export const key = (from: unknown, name: string): unknown => {
  if (typeof from !== 'object' || from === null || !(name in from)) throw new Error(`KeyError: ${name}`);
  return (from as Record<string, unknown>)[name];
};
