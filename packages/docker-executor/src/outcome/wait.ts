import type { Outcome, Progress } from '@runyard/core';
import type { Engine } from '../engine/engine.ts';
import type { Events } from '../engine/events.ts';
import type { DockerHandle } from '../handle.ts';
import { type Look, lookAt } from './look.ts';

export interface WaitOptions {
  engine: Engine;
  events: Events;
  signal: AbortSignal;
  onProgress(progress: Progress): void;
  /** Called before it is said that the attempt is gone; throws where that cannot be known. */
  verifyPlace(): Promise<void>;
}

/** Looks, and looks again at each event of it, until the attempt has ended. While the engine is away it throws, and is called again. */
export const waitFor = async (handle: DockerHandle, options: WaitOptions): Promise<Outcome> => {
  const { engine, events, signal } = options;
  const report = reporter(options.onProgress);
  using watch = events.watch(handle.id);
  for (;;) {
    await watch.ready(signal);
    const look = await lookAt(engine, handle, signal);
    signal.throwIfAborted();
    report(look);
    if (look.state === 'finished') return look.outcome;
    if (look.state === 'missing') {
      await options.verifyPlace();
      return { class: 'lost', sentence: 'Its container is gone from the engine: somebody else removed it.' };
    }
    await watch.changed(atMostMs, signal);
  }
};

// A connection that broke without a word tells no event either.
const atMostMs = 15_000;

// What has ended ran before, if it ever did.
const reporter = (onProgress: WaitOptions['onProgress']): ((look: Look) => void) => {
  let last: string | undefined;
  return (look) => {
    if (look.state === 'missing' || look.state === 'prepared' || look.since === undefined) return;
    const phase = look.state === 'finished' ? look.outcome.phase : undefined;
    if (last === (phase ?? '')) return;
    last = phase ?? '';
    onProgress({ state: 'running', at: look.since, ...(phase !== undefined && { phase }) });
  };
};
