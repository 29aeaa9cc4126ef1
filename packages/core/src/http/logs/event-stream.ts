import { isRunyardError } from '../../domain/errors.ts';
import type { Run } from '../../domain/run/run.ts';
import { problemOf } from '../problem.ts';
import { lineAsJson } from './json-lines.ts';
import { oncePerLine } from './once-per-line.ts';
import type { RenderLog } from './render-log.ts';
import { withSilences } from './with-silences.ts';

export interface EventStreamOptions {
  keepAliveMs: number;
  /** How the run stands when its log is at its end. */
  run(): Promise<Run>;
}

/**
 * Server-sent events: each entry with its cursor as `id`, a comment in long silences, and at last `end` with how the run stands (or
 * `error`, a problem body). A stream that breaks off without either was cut, and the client comes back with `Last-Event-ID`.
 */
export const eventStream =
  ({ keepAliveMs: ms, run }: EventStreamOptions): RenderLog =>
  async (read, write, signal) => {
    const alive = () => write(': keep-alive\n\n');
    try {
      await withSilences({ ms, signal, alive }, (heard) =>
        read((line) => {
          heard();
          return write(lineAsEvent(line));
        }),
      );
      const { id, state, reason, sentence } = await run();
      await write(event('end', { run_id: id, state, reason, sentence }));
    } catch (error) {
      if (signal.aborted || (isRunyardError(error) && error.code === 'closed')) return;
      await write(event('error', problemOf(error)));
    }
  };

const lineAsEvent = oncePerLine((line) => `id: ${line.cursor}\ndata: ${lineAsJson(line)}\n`);

const event = (name: string, data: object): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
