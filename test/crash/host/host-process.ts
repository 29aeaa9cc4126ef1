import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { HostCalls } from './host.ts';
import type { HostSetup, News } from './setup.ts';

/** A host process that a test may end as it likes. */
export interface HostProcess {
  readonly pid: number;
  /** Rejects when the host is gone before it has answered. */
  call<K extends keyof HostCalls>(
    name: K,
    ...given: Parameters<HostCalls[K]>
  ): Promise<Awaited<ReturnType<HostCalls[K]>>>;
  /** Resolves with how it ended. */
  readonly gone: Promise<NodeJS.Signals | number>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves once it is gone. */
  kill(): Promise<void>;
  /** By the rules. */
  close(): Promise<void>;
}

/** The host went away with a question unanswered. */
export class HostGone extends Error {
  readonly how: NodeJS.Signals | number;
  constructor(how: NodeJS.Signals | number) {
    super(`the host ended with ${how}`);
    this.name = 'HostGone';
    this.how = how;
  }
}

interface Answer {
  id: number;
  answer?: unknown;
  failure?: string;
}

/** Resolves once it is up: everything of before is adopted. */
export const startHostProcess = async (
  setup: HostSetup,
  heard: (news: News) => void = () => {},
): Promise<HostProcess> => {
  const child = fork(fileURLToPath(new URL('./host.ts', import.meta.url)), [JSON.stringify(setup)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit').then(([code, signal]) => (signal ?? code) as NodeJS.Signals | number);
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const ready = Promise.withResolvers<void>();
  child.on('message', (message: Answer | News) => {
    if ('news' in message) {
      if (message.news === 'up') ready.resolve();
      return heard(message);
    }
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.failure === undefined) call?.resolve(message.answer);
    else call?.reject(new Error(message.failure));
  });
  const lost = gone.then((how) => {
    throw new HostGone(how);
  });
  lost.catch(ready.reject);
  let lastId = 0;
  const host: HostProcess = {
    pid: child.pid ?? 0,
    gone,
    async call(name, ...given) {
      const id = ++lastId;
      const call = Promise.withResolvers<unknown>();
      waiting.set(id, call);
      // It may be gone already, or go with the question half sent.
      if (child.connected) child.send({ id, name, given }, () => {});
      return (await Promise.race([call.promise, lost])) as never;
    },
    signal: (signal) => void child.kill(signal),
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    async close() {
      await host.call('close');
      await gone;
    },
  };
  await ready.promise;
  return host;
};
