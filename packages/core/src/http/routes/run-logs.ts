import { z } from 'zod';
import { isTerminal } from '../../domain/run/run.ts';
import { each, type Take } from '../../ports/each.ts';
import type { LogLine } from '../../services/api.ts';
import { assertEnd } from '../logs/assert-end.ts';
import { eventStream } from '../logs/event-stream.ts';
import { jsonLines } from '../logs/json-lines.ts';
import { logFormats, negotiate } from '../logs/negotiate.ts';
import type { RenderLog } from '../logs/render-log.ts';
import { streamed } from '../logs/streamed.ts';
import { textLog } from '../logs/text-log.ts';
import { whileAllowed } from '../logs/while-allowed.ts';
import { route } from '../route.ts';
import { logLine } from '../schemas/answers.ts';
import { flag, lineCount } from '../schemas/query.ts';

/** The log of a run, as text, JSON lines or server-sent events. */
export const runLogs = route({
  method: 'GET',
  path: '/runs/{run_id}/logs',
  id: 'runLogs',
  summary: 'Read or follow the log of a run',
  description:
    'By `Accept`: `text/plain` is the output as it was, with our own lines as `[runyard] …`; `application/x-ndjson` is a line of JSON ' +
    'each; `text/event-stream` sends the same JSON with `id:` the cursor, follows by default, and ends with the event `end`.',
  query: z.object({
    follow: flag.optional().describe('Go on until the run has ended. Default: only for event streams.'),
    after: z.string().min(1).max(1024).optional().describe('A cursor: go on behind it.'),
    tail: lineCount.optional().describe('Only the last lines.'),
  }),
  headers: {
    'Last-Event-ID':
      'A cursor: go on behind it. Browsers send it when they reconnect; it goes before `after` and `tail`.',
  },
  answers: { 200: { description: 'The log', schema: logLine, contentTypes: logFormats } },
  errors: ['run-not-found', 'log-gone'],
  handle: async ({ request, services, params, query, streams, again }) => {
    const id = params.run_id ?? '';
    const run = await services.runs.get(id);
    const format = negotiate(request.headers.get('accept'), logFormats);
    const follow = query.follow ?? format === 'text/event-stream';
    const resume = (format === 'text/event-stream' && request.headers.get('last-event-id')) || undefined;
    const stands = () => services.runs.get(id);
    const read = async (take: Take<LogLine>, signal: AbortSignal): Promise<void> => {
      const lines = services.runs.logs(id, {
        follow,
        signal,
        ...(resume !== undefined ? { after: resume } : query.after !== undefined && { after: query.after }),
        ...(resume === undefined && query.tail !== undefined && { tail: query.tail }),
      });
      await each(lines, take);
      signal.throwIfAborted();
      if (follow) await assertEnd(stands);
    };
    const ask = async () => (await again()).runs.get(id);
    const allowed = (take: Take<LogLine>, signal: AbortSignal) =>
      whileAllowed((allow) => read(take, allow), { everyMs: streams.recheckMs, signal, ask });
    const render: RenderLog = {
      'text/plain': textLog,
      'application/x-ndjson': jsonLines,
      'text/event-stream': eventStream({ keepAliveMs: streams.keepAliveMs, run: stands }),
    }[format];
    return streamed(format, {
      produce: (write, signal) => render((take) => (follow ? allowed : read)(take, signal), write, signal),
      signals: [request.signal, streams.signal],
      // What can be read at once is looked at before the answer begins, so that its errors have a status.
      peek: !follow || isTerminal(run.state),
    });
  },
});
