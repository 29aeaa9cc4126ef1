import type { EventObject, JobObject, PodObject } from '../api/objects.ts';
import type { View } from './view.ts';

/** What the namespace holds of ours, kept up to date by one watch each of Jobs, pods and events, however many attempts live. */
export interface Mirror {
  /**
   * An attempt that somebody waits for. The watches run as long as there is one, and end a while after the last is disposed of; what is
   * known of an attempt is forgotten then too.
   */
  follow(uid: string): Followed;
  /** What a call of ours was answered with; older versions than the one that is known change nothing. */
  take(kind: 'job', object: JobObject): void;
  take(kind: 'pod', object: PodObject): void;
  take(kind: 'event', object: EventObject): void;
  /** A deletion that a call of ours has proved. */
  takeGone(kind: 'job' | 'pod', uid: string): void;
  close(): void;
}

export interface Followed extends Disposable {
  /**
   * Resolves once every list has been read, and each watch hears. Rejects with `ExecutorUnavailable` while the API server cannot be asked, or refuses
   * (which verb on which resource). Without the right to read events it goes on without them.
   */
  ready(signal: AbortSignal): Promise<void>;
  view(): View;
  /** Resolves at the next change of it after the last call of `view`, or after `atMostMs`; rejects with the signal's reason. */
  changed(atMostMs: number, signal: AbortSignal): Promise<void>;
}
