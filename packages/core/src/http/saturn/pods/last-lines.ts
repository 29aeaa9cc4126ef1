import { each } from '../../../ports/each.ts';
import type { Services } from '../../../services/api.ts';
import { textLog } from '../../logs/text-log.ts';
import type { Pod } from './pod-name.ts';

/** So much of a log is told as one text, in characters. */
const most = 4 * 1024 * 1024;

/** The end of the log of one pod, as text. */
export const lastLines = async (
  services: Services,
  { runId, attempt }: Pod,
  { lines, signal }: { lines: number; signal: AbortSignal },
): Promise<string> => {
  let text = '';
  const log = services.runs.logs(runId, { attempt, tail: lines, signal });
  const add = (part: string): void => {
    text += part;
    if (text.length > 2 * most) text = text.slice(-most);
  };
  await textLog((take) => each(log, take), add, signal);
  return text.length > most ? text.slice(-most) : text;
};
