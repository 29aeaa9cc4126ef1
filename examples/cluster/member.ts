import { type ChildProcess, fork } from 'node:child_process';
import { type EventEmitter, once } from 'node:events';
import type { News, Setup } from './instance.ts';

/** An instance as main.ts sees it: a process that can be killed and started again on its data directory. */
export interface Member {
  readonly name: string;
  /** Where its API is. */
  url(): string;
  up(): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** What instances tell, with their names: `news.on('news', (name, news) => …)`. */
export const newMember = (name: string, setup: Setup, news: EventEmitter<{ news: [string, News] }>): Member => {
  let child: ChildProcess | null = null;
  let url = '';
  return {
    name,
    url: () => url,
    async up() {
      child = fork(new URL('./instance.ts', import.meta.url), [JSON.stringify(setup)]);
      child.on('message', (message: News) => {
        if (message.what === 'up') url = message.url;
        news.emit('news', name, message);
      });
      for (;;) {
        const [first] = await Promise.race([once(child, 'message'), endOf(child)]);
        if ((first as News).what === 'up') return;
      }
    },
    async kill(signal) {
      const ending = child;
      child = null;
      if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
      const gone = once(ending, 'exit');
      ending.kill(signal);
      await gone;
    },
  };
};

const endOf = async (child: ChildProcess): Promise<never> => {
  const [code, signal] = await once(child, 'exit');
  throw new Error(`an instance ended before it was up: ${code ?? signal}`);
};
