import { type Clock, systemClock } from '@runyard/core';
import type { Api, ApiCall } from '../../src/api/api.ts';
import { ApiRefusal } from '../../src/api/refusal.ts';
import type { Ground } from '../../src/ground.ts';
import { createFollows } from '../../src/logs/follows.ts';
import type { LogOptions } from '../../src/logs/log-options.ts';
import { readLog } from '../../src/logs/read-log.ts';
import { createFollowers } from '../../src/watch/followers.ts';
import type { View } from '../../src/watch/view.ts';

/** What the node answers to one reading: its lines; throws what it refuses with. */
export type NodeAnswer = (asked: {
  pod: string;
  container: string;
  follow: boolean;
  signal: AbortSignal;
}) => Iterable<string> | AsyncIterable<string>;

/** Logs of an attempt whose view and whose nodes are told by a test. Pauses pass a thousand times as fast; the monotonic clock only by `pass`. */
export const scriptedLog = (view: View, node: NodeAnswer) => {
  let current = view;
  let passedMs = 0;
  const system = systemClock();
  const clock: Clock = {
    now: () => system.now(),
    monotonic: () => passedMs,
    sleep: (ms, signal) => system.sleep(ms / 1000, signal),
  };
  const followers = createFollowers(clock, () => current);
  const calls: ApiCall[] = [];
  const api: Pick<Api, 'ask' | 'open'> = {
    async ask<T>({ path }: ApiCall): Promise<T> {
      if (path.endsWith('/pods')) {
        const items = current.pods.filter(({ gone }) => !gone).map(({ pod }) => pod);
        return { metadata: {}, items } as T;
      }
      if (current.job === null || current.jobGone) throw refusal(404, 'jobs "train-1" not found');
      return current.job as T;
    },
    async open(call) {
      calls.push(call);
      const { container, follow } = call.query ?? {};
      const pod = call.path.split('/').at(-2) ?? '';
      const { signal } = call;
      const lines = node({ pod, container: String(container), follow: follow === true, signal });
      return {
        status: 200,
        contentType: 'text/plain',
        async *[Symbol.asyncIterator]() {
          for await (const line of lines) yield Buffer.from(line);
        },
        [Symbol.dispose]() {},
      };
    },
  };
  const mirror = {
    follow: (uid: string) => Object.assign(followers.follow(uid), { ready: async () => {} }),
    take() {},
    takeGone() {},
    close() {},
  };
  const ground = {
    ...{ api, mirror, namespace: 'jobs', stopping: new Set<string>() },
    host: { clock },
    place: { verify: async () => {} },
  } as unknown as Ground;
  const kept: Pick<LogOptions, 'follows' | 'troubles'> = { follows: createFollows(100), troubles: new Map() };
  const handle = { v: 1, place: 'p', installation: 'i', key: 'k.1', name: 'train-1', uid: view.uid } as const;
  let after: string | undefined;
  return {
    /** The calls for logs, in their order. */
    calls,
    pass(ms: number) {
      passedMs += ms;
    },
    become(next: View) {
      current = next;
      followers.changed(view.uid);
    },
    /** From where the last reading was on, and to where it failed. */
    async read({ follow = false, signal = new AbortController().signal } = {}): Promise<string> {
      let text = '';
      const options = { ...kept, ground, follow, signal, ...(after !== undefined && { after }) };
      for await (const { bytes, cursor } of readLog(handle, options)) {
        text += Buffer.from(bytes).toString();
        after = cursor;
      }
      return text;
    },
    get after() {
      return after;
    },
  };
};

export const refusal = (status: number, words: string, path = '/api/v1/namespaces/jobs/pods/p/log'): ApiRefusal =>
  new ApiRefusal(
    { status, reason: status === 404 ? 'NotFound' : '', words, causes: [] },
    { method: 'GET', path, signal: new AbortController().signal },
  );
