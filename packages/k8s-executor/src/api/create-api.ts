import type { Clock } from '@runyard/core';
import { bounded, unlessAborted } from '@runyard/core/executor-kit';
import type { Api, ApiCall, ApiStream } from './api.ts';
import { createCalls } from './calls.ts';
import type { CredentialsSource } from './credentials.ts';
import { Unanswered, unavailable } from './faults.ts';
import { createGate } from './gate.ts';
import { patiently } from './patience.ts';
import { readRefusal } from './read-refusal.ts';
import { ApiRefusal, isRefusal } from './refusal.ts';
import { type Answer, send } from './send.ts';

export interface ApiOptions {
  /** Where it listens, with a path where it lies behind one. */
  server: string;
  credentials: CredentialsSource;
  clock: Clock;
  /** 0 ≤ x < 1. */
  random: () => number;
  callTimeoutMs: number;
}

export const createApi = (options: ApiOptions): Api => {
  const { server, credentials, clock, random, callTimeoutMs } = options;
  const gate = createGate(callsAtOnce, { clock, patienceMs: callTimeoutMs });
  const streams = createGate(callsAtOnce, { clock, patienceMs: longestQueueMs });
  const calls = createCalls();

  /** What is answered well, once; all else is thrown. */
  const exchange = async (call: ApiCall, { signal, stream, leftMs }: Exchange): Promise<Answer> => {
    const silenceMs = call.silenceMs ?? Math.min(longestSilenceMs, Math.max(leftMs, shortestSilenceMs));
    for (let renewed = false; ; renewed = true) {
      const used = await within(signal, silenceMs, credentials.get());
      const answer = await send(messageOf(server, call), { credentials: used, silenceMs, stream, signal });
      gate.heard();
      if (answer.status >= 200 && answer.status < 300) return answer;
      const { status, message } = answer;
      const refusal = readRefusal({ status, headers: message.headers, text: await answer.text() }, clock.now());
      if (status !== 401) throw new ApiRefusal(refusal, call);
      if (renewed) throw unauthorized(server, refusal.words);
      credentials.renew(used);
    }
  };

  const asked = <T>(call: ApiCall, signal: AbortSignal, once: (leftMs: number) => Promise<T>): Promise<T> => {
    const patienceMs = call.patienceMs ?? callTimeoutMs;
    const fault = (last: Error): Error => away(server, call, { last, patienceMs });
    return patiently(once, { clock, random, patienceMs, signal, fault });
  };

  return {
    async ask<T>(call: ApiCall): Promise<T> {
      using life = calls.begin(call.signal);
      const { signal } = life;
      // The patience begins when it is first sent.
      let leave = await gate.enter(signal);
      let first = true;
      return await asked(call, signal, async (leftMs) => {
        if (!first) leave = await gate.enter(signal);
        first = false;
        try {
          return parseAnswer<T>(await (await exchange(call, { signal, stream: false, leftMs })).text());
        } finally {
          leave();
        }
      });
    },
    async open(call) {
      const life = calls.begin(call.signal);
      const { signal } = life;
      let leave = (): void => {};
      const over = (): void => {
        leave();
        life[Symbol.dispose]();
      };
      try {
        if (call.brief) leave = await streams.enter(signal);
        const answer = await asked(call, signal, (leftMs) => exchange(call, { signal, stream: true, leftMs }));
        streams.heard();
        answer.message.once('close', over);
        return streamOf(answer, call, signal);
      } catch (error) {
        over();
        throw error;
      }
    },
    close() {
      calls.close();
      credentials.close();
    },
  };
};

// A share of what the API server gives to a service account at once; far more than a thousand runs need.
const callsAtOnce = 20;
const longestSilenceMs = 10_000;
// Logs may be long, and who reads them slow.
const longestQueueMs = 600_000;
const shortestSilenceMs = 1_000;

interface Exchange {
  signal: AbortSignal;
  stream: boolean;
  leftMs: number;
}

// What gives credentials may hang, and cannot be ended.
const within = async <T>(signal: AbortSignal, ms: number, answer: Promise<T>): Promise<T> => {
  const limit = bounded(signal, Math.min(ms, longestSilenceMs));
  try {
    return await unlessAborted(limit.signal, answer);
  } catch (error) {
    throw limit.expired ? new Unanswered('the kubeconfig gives no credentials', error) : error;
  } finally {
    limit.end();
  }
};

const messageOf = (server: string, { method, path, query = {}, body, contentType }: ApiCall) => {
  const url = new URL(`${server.replace(/\/+$/, '')}${path}`);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  const headers = { accept: 'application/json', 'user-agent': 'runyard-k8s-executor' };
  if (body === undefined) return { method, url, headers };
  const text = JSON.stringify(body);
  const sized = { 'content-type': contentType ?? 'application/json', 'content-length': `${Buffer.byteLength(text)}` };
  return { method, url, headers: { ...headers, ...sized }, body: text };
};

// What stands before a server answers 200 as well, with pages of its own.
const parseAnswer = <T>(text: string): T => {
  try {
    return (text === '' ? undefined : JSON.parse(text)) as T;
  } catch (error) {
    throw new Unanswered(`the answer is no JSON: ${text.slice(0, 200)}`, error);
  }
};

const streamOf = ({ status, message }: Answer, { method, path }: ApiCall, signal: AbortSignal): ApiStream => ({
  status,
  contentType: (message.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '',
  async *[Symbol.asyncIterator]() {
    try {
      yield* message;
    } catch (error) {
      signal.throwIfAborted();
      throw unavailable(`The stream of ${method} ${path} from the Kubernetes API server broke.`, error);
    }
  },
  [Symbol.dispose]: () => void message.destroy(),
});

const unauthorized = (server: string, words: string) =>
  unavailable(
    `The Kubernetes API server at ${server} does not take the credentials of the kubeconfig (401): they are wrong, or have expired and were not renewed. It says: ${words}`,
  );

const away = (
  server: string,
  { method, path }: ApiCall,
  { last, patienceMs }: { last: Error; patienceMs: number },
): Error => {
  const time = patienceMs > 0 ? ` for ${patienceMs / 1000} s` : '';
  const told = isRefusal(last)
    ? `answered ${last.status}${time}: ${last.words}`
    : `could not be asked${time}: ${last.message}`;
  return unavailable(`The Kubernetes API server at ${server} ${told} (${method} ${path})`, last);
};
