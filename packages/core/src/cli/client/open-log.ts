import type { Client } from './client.ts';
import { Refused } from './errors.ts';
import { unreachable } from './send.ts';
import { type SentEvent, sentEvents } from './sent-events.ts';

export interface LogConnection {
  /** Throws `Unreachable` where the connection breaks; just ends where it was closed. */
  events: AsyncIterable<SentEvent>;
  stop(): void;
}

interface OpenLogOptions {
  runId: string;
  follow: boolean;
  tail: number | undefined;
  /** Go on behind it. */
  cursor: string | undefined;
  signal: AbortSignal;
}

/** The server says that it is alive every 15 s; one that says nothing for a minute is gone. */
const silentMs = 60_000;

/** One connection to the log of a run. Throws `Unreachable` and `Refused`. */
export const openLog = async (client: Client, options: OpenLogOptions): Promise<LogConnection> => {
  const { runId, follow, tail, cursor, signal } = options;
  const stopped = new AbortController();
  const silence = setTimeout(() => stopped.abort(new DOMException('It is silent.', 'TimeoutError')), silentMs);
  const stop = (): void => {
    clearTimeout(silence);
    stopped.abort();
  };
  try {
    const response = await client.open(`/runs/${runId}/logs`, {
      query: { follow, ...(cursor === undefined && { tail }) },
      headers: { accept: 'text/event-stream', ...(cursor !== undefined && { 'last-event-id': cursor }) },
      signal: AbortSignal.any([signal, stopped.signal]),
    });
    return { events: eventsOf(response, client, () => silence.refresh()), stop };
  } catch (error) {
    stop();
    throw error;
  }
};

async function* eventsOf(response: Response, client: Client, beat: () => void): AsyncGenerator<SentEvent> {
  const { body, headers, status } = response;
  if (body === null || !headers.get('content-type')?.startsWith('text/event-stream'))
    throw new Refused(`${client.url} answered with no stream of events.`, { status, code: 'not-runyard' });
  const events = sentEvents(body, beat);
  for (;;) {
    const next = await events.next().catch((error: unknown) => {
      throw unreachable(error, client.url);
    });
    if (next.done === true) return;
    yield next.value;
  }
}
