import type { RunyardEvents } from '../../ports/events.ts';

export type EventName<Events> = keyof Events & string;

// A record, so that the compiler asks for the name of every event that is added to the port.
const names: Record<EventName<RunyardEvents>, true> = {
  'run.queued': true,
  'run.starting': true,
  'run.running': true,
  'run.stopping': true,
  'run.succeeded': true,
  'run.failed': true,
  'run.cancelled': true,
  'run.skipped': true,
  'attempt.progress': true,
  'attempt.started': true,
  'attempt.ended': true,
  'attempt.disposed': true,
  'occurrence.recorded': true,
  'job.changed': true,
  'engine.pressure': true,
  error: true,
};

/** Every event of a Runyard. */
export const runyardEventNames = Object.keys(names) as EventName<RunyardEvents>[];
