import { EventEmitter } from 'eventemitter3';
import type { RunyardEvents } from '../ports/events.ts';

type Listeners = { [K in keyof RunyardEvents]: (event: RunyardEvents[K]) => void };

/** The typed emitter behind `runyard.on`. A listener that throws harms nobody else: its fault goes to `onFault`. */
export interface Emitter {
  emit<K extends keyof RunyardEvents>(name: K, event: RunyardEvents[K]): void;
  on<K extends keyof RunyardEvents>(name: K, listener: Listeners[K]): void;
  once<K extends keyof RunyardEvents>(name: K, listener: Listeners[K]): void;
  off<K extends keyof RunyardEvents>(name: K, listener: Listeners[K]): void;
  clear(): void;
}

export const newEmitter = (onFault: (error: unknown, event: string) => void): Emitter => {
  const emitter = new EventEmitter<Record<string, (event: unknown) => void>>();
  return {
    emit(name, event) {
      for (const listener of emitter.listeners(name)) {
        try {
          listener(event);
        } catch (error) {
          onFault(error, name);
        }
      }
    },
    on: (name, listener) => void emitter.on(name, listener as (event: unknown) => void),
    once(name, listener) {
      const first: First = Object.assign(
        (event: unknown): void => {
          emitter.off(name, first);
          (listener as (event: unknown) => void)(event);
        },
        { once: listener },
      );
      emitter.on(name, first);
    },
    off(name, listener) {
      for (const each of emitter.listeners(name) as First[])
        if (each === listener || each.once === listener) emitter.off(name, each);
    },
    clear: () => void emitter.removeAllListeners(),
  };
};

/** What stands for a listener that is called once. */
type First = ((event: unknown) => void) & { once?: unknown };
