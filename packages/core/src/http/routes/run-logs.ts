import { z } from 'zod';
import { isTerminal } from '../../domain/run/run.ts';
import type { LogLine } from '../../services/api.ts';
import { eventStream } from '../logs/event-stream.ts';
import { jsonLines } from '../logs/json-lines.ts';
import { logFormats, negotiate } from '../logs/negotiate.ts';
import { streamed } from '../logs/streamed.ts';
import { textLog } from '../logs/text-log.ts';
import { untilEnd } from '../logs/until-end.ts';
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
    const read = (signal: AbortSignal): AsyncIterable<LogLine> => {
      const lines = services.runs.logs(id, {
        follow,
        signal,
        ...(resume !== undefined ? { after: resume } : query.after !== undefined && { after: query.after }),
        ...(resume === undefined && query.tail !== undefined && { tail: query.tail }),
      });
      return follow ? untilEnd(lines, { signal, run: () => services.runs.get(id) }) : lines;
    };
    const ask = async () => (await again()).runs.get(id);
    const allowed = (signal: AbortSignal) => whileAllowed(read, { everyMs: streams.recheckMs, signal, ask });
    const render = {
      'text/plain': textLog,
      'application/x-ndjson': jsonLines,
      'text/event-stream': eventStream({ keepAliveMs: streams.keepAliveMs, run: () => services.runs.get(id) }),
    }[format];
    return streamed(format, {
      chunks: (signal) => render(follow ? allowed(signal) : read(signal), signal),
      signals: [request.signal, streams.signal],
      // What can be read at once is looked at before the answer begins, so that its errors have a status.
      peek: !follow || isTerminal(run.state),
    });
  },
});
