import { isRunyardError } from '../../domain/errors.ts';
import type { Run } from '../../domain/run/run.ts';
import type { LogLine } from '../../services/api.ts';
import { problemOf } from '../problem.ts';
import { lineAsJson } from './json-lines.ts';
import { silence, withSilences } from './with-silences.ts';

export interface EventStreamOptions {
  keepAliveMs: number;
  /** How the run stands when its log is at its end. */
  run(): Promise<Run>;
}

/**
 * Server-sent events: each entry with its cursor as `id`, a comment in long silences, and at last `end` with how the run stands (or
 * `error`, a problem body). A stream that breaks off without either was cut, and the client comes back with `Last-Event-ID`.
 */
export const eventStream = ({ keepAliveMs, run }: EventStreamOptions) =>
  async function* (lines: AsyncIterable<LogLine>, signal: AbortSignal): AsyncIterable<string> {
    try {
      for await (const line of withSilences(lines, keepAliveMs, signal))
        yield line === silence ? ': keep-alive\n\n' : `id: ${line.cursor}\ndata: ${lineAsJson(line)}\n\n`;
      if (signal.aborted) return;
      const { id, state, reason, sentence } = await run();
      yield event('end', { run_id: id, state, reason, sentence });
    } catch (error) {
      if (signal.aborted || (isRunyardError(error) && error.code === 'closed')) return;
      yield event('error', problemOf(error));
    }
  };

const event = (name: string, data: object): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
