import type { Run, RunState, RunyardEvent } from '@runyard/core';
import { appendMetadata } from './metadata.ts';

export interface OnRunOptions {
  /** Only runs of the job of this name, or of what this says yes to. */
  job?: string | ((run: Run) => boolean);
  /** Name of the Runyard whose runs are meant, where an application has several. */
  runyard?: string;
}

/** What is kept of one `@OnRun`. */
export interface Listening extends OnRunOptions {
  states: readonly RunState[];
}

export type OnRunEvent = RunyardEvent<`run.${RunState}`>;

type OnEvent = <Method extends (event: OnRunEvent) => unknown>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

/** The key of what is known of a method that listens. */
export const LISTENERS = '@runyard/nest-module:listeners';

/**
 * Calls the method when a run has come to a state, in the process that saw to it: `@OnRun('failed')`, `@OnRun(['failed', 'cancelled'], { job: 'nightly' })`.
 * An error in it is logged and changes nothing. Nothing is told again after a crash: webhooks and `notify` are for that.
 */
export const OnRun = (states: RunState | readonly RunState[], options: OnRunOptions = {}): OnEvent =>
  appendMetadata(LISTENERS, { ...options, states: [states].flat() } satisfies Listening);
