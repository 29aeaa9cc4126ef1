import type { z } from 'zod';
import { isRunyardError, RunyardError } from '../../../domain/errors.ts';
import type { LogLine, Services } from '../../../services/api.ts';
import { toTimestamp } from '../../answers/time.ts';
import { podName } from './pod-name.ts';
import type { logLines } from './pod-schemas.ts';

export type HistoricLogs = z.output<typeof logLines>;

export interface LogPage {
  jobId: string;
  /** Only of this one; else of all runs of the job, oldest first. */
  pod?: { runId: string; attempt: number } | undefined;
  /** As the page before gave it. */
  key?: string | undefined;
  lines: number;
  signal: AbortSignal;
}

/** A page of the lines that a job's runs have printed. Logs are only read forwards. What was forgotten meanwhile is left out. */
export const historyOfLogs = async (services: Services, page: LogPage): Promise<HistoricLogs> => {
  const key = readKey(page.key);
  let { before } = key;
  const logs: Exclude<HistoricLogs['logs'], string> = [];
  for (;;) {
    const run = page.pod ? { id: page.pod.runId } : await runBehind(services, page.jobId, before);
    if (!run) return { logs };
    // Another one stands there where that of the key is gone: it is read from its beginning.
    const after = run.id === key.run ? key.line : null;
    const left = page.lines - logs.length;
    // One more than fits tells whether there is another page.
    const lines = await linesOf(services, run.id, { ...page, after, most: left + 1 });
    for (const each of lines.slice(0, left)) logs.push(lineAnswer(run.id, each));
    if (lines.length > left)
      return { logs, next_key: keyOf({ before, run: run.id, line: lines[left - 1]?.cursor ?? after }) };
    if (page.pod || !('next' in run) || run.next === undefined) return { logs };
    before = run.next;
  }
};

const runBehind = async (services: Services, jobId: string, after: string | null) => {
  const { items, next } = await services.runs.list({
    jobId,
    limit: 1,
    descending: false,
    ...(after !== null && { after }),
  });
  return items[0] && { id: items[0].id, next };
};

const linesOf = async (
  services: Services,
  runId: string,
  { pod, after, most, signal }: Pick<LogPage, 'pod' | 'signal'> & { after: string | null; most: number },
): Promise<LogLine[]> => {
  const found: LogLine[] = [];
  try {
    const read = services.runs.logs(runId, {
      signal,
      ...(pod && { attempt: pod.attempt }),
      ...(after !== null && { after }),
    });
    for await (const line of read) {
      found.push(line);
      if (found.length === most) break;
    }
  } catch (error) {
    const isGone = isRunyardError(error) && (error.code === 'run-not-found' || error.code === 'log-gone');
    if (pod || !isGone) throw error;
  }
  return found;
};

const lineAnswer = (runId: string, { cursor, at, stream, text }: LogLine) => ({
  timestamp: toTimestamp(at),
  content: `${stream === 'phase' ? '[runyard] ' : ''}${text.replace(/\r?\n$/, '')}`,
  pod_name: podName({ runId, attempt: Number.parseInt(cursor, 10), rank: null }),
  container_name: 'main' as const,
});

interface Key {
  /** Key of the list of runs behind which the page's last run stands; null: at its beginning. */
  before: string | null;
  run: string | null;
  /** Cursor of its line that was told last. */
  line: string | null;
}

const keyOf = ({ before, run, line }: Key): string =>
  Buffer.from(JSON.stringify([before, run, line])).toString('base64url');

const readKey = (key: string | undefined): Key => {
  if (key === undefined) return { before: null, run: null, line: null };
  try {
    const [before, run, line] = JSON.parse(Buffer.from(key, 'base64url').toString()) as unknown[];
    if (isTextOrNull(before) && isTextOrNull(run) && isTextOrNull(line)) return { before, run, line };
  } catch {
    // Told below, like any other that is none.
  }
  throw new RunyardError('invalid-request', '`next_key` is not a key of this list.', {
    field: 'next_key',
    received: key,
  });
};

const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';
