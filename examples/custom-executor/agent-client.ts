import { ExecutorUnavailable } from '@runyard/core';

export interface AgentOptions {
  /** Where the agent listens: `http://worker-7:8700`. */
  url: string;
  /** The secret that it was started with. */
  token: string;
}

export interface Question {
  json?: object;
  bytes?: Uint8Array<ArrayBuffer>;
  /** The place of the handle: an agent of another place refuses to answer. */
  place?: string;
  signal: AbortSignal;
}

export interface Answer {
  status: number;
  bytes: Uint8Array;
  json<T>(): T;
}

/**
 * Asks the agent. An answer is what the agent itself says: yes (2xx), no such attempt (404), not ours (409), too late (410).
 * Everything else, from a broken connection to a proxy's error page, is no answer: `ExecutorUnavailable`.
 */
export const agentClient = ({ url, token }: AgentOptions) => ({
  async ask(method: string, path: string, { json, bytes, place, signal }: Question): Promise<Answer> {
    const headers = { authorization: `Bearer ${token}`, ...(place !== undefined && { 'x-place': place }) };
    const body = json === undefined ? bytes : JSON.stringify(json);
    try {
      const response = await fetch(new URL(path, url), {
        method,
        headers,
        signal,
        ...(body !== undefined && { body }),
      });
      const answered = new Uint8Array(await response.arrayBuffer());
      if (response.headers.has('x-agent') && (response.ok || [404, 409, 410].includes(response.status)))
        return { status: response.status, bytes: answered, json: () => JSON.parse(Buffer.from(answered).toString()) };
      throw new Error(`${response.status} ${Buffer.from(answered).toString()}`);
    } catch (error) {
      signal.throwIfAborted();
      throw new ExecutorUnavailable(`The agent at ${url} did not answer ${method} ${path}: ${error}`, { cause: error });
    }
  },
});
