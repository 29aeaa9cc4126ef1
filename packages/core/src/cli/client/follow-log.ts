import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from './client.ts';
import { Refused, Unreachable } from './errors.ts';
import { type LogConnection, openLog } from './open-log.ts';
import { patiently } from './patiently.ts';
import type { SentEvent } from './sent-events.ts';
import type { LogEntry } from './shapes.ts';

export interface FollowOptions {
  /** Go on until the run has ended; else only what is there. */
  follow: boolean;
  /** Only the last n entries. */
  tail?: number | undefined;
  /** For how long a server that is away is waited for, ms; anew each time that it was there. Default 5 min. */
  patienceMs?: number;
  signal: AbortSignal;
}

export const followPatienceMs = 300_000;
const firstPauseMs = 100;
const longestPauseMs = 5_000;

/**
 * The log of a run, each entry once and in order, over as many connections as it takes: each begins behind the last cursor
 * that came. Ends when the log does. Throws `Unreachable` when patience ends, and `Refused`.
 */
export async function* followLog(client: Client, runId: string, options: FollowOptions): AsyncGenerator<LogEntry> {
  const { follow, tail, signal } = options;
  const ms = client.patience(options.patienceMs ?? followPatienceMs);
  let cursor: string | undefined;
  let faultySince: number | undefined;
  for (let wait = firstPauseMs; ; wait = Math.min(2 * wait, longestPauseMs)) {
    const log = await patiently(() => openLog(client, { runId, follow, tail, cursor, signal }), {
      ms,
      repeatable: true,
      signal,
    });
    for await (const { event, id, data } of untilCut(log, signal)) {
      if (event === 'end') return;
      if (event === 'error') {
        const fault = faultIn(data);
        faultySince ??= performance.now();
        if (!(fault instanceof Unreachable) || performance.now() - faultySince >= ms) throw fault;
      } else if (event === 'message' && id !== undefined) {
        yield JSON.parse(data) as LogEntry;
        cursor = id; // only what was taken is behind us
        faultySince = undefined;
        wait = firstPauseMs;
      }
    }
    await pause(wait, undefined, { signal });
  }
}

// What comes until the connection ends, in whatever way.
async function* untilCut(log: LogConnection, signal: AbortSignal): AsyncGenerator<SentEvent> {
  try {
    yield* log.events;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Unreachable)) throw error;
  } finally {
    log.stop();
  }
}

// What is wrong for now is waited for; what is wrong for good is told.
const faultIn = (data: string): Error => {
  const { status, code, detail } = JSON.parse(data) as { status: number; code: string; detail: string };
  return status >= 500 ? new Unreachable(detail) : new Refused(detail, { status, code });
};
