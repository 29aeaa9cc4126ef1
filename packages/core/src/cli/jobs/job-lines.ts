import { ownerText } from '../client/owner-text.ts';
import type { JobShape } from '../client/shapes.ts';
import { type Paint, paintState } from '../output/paint.ts';
import { localTime } from '../output/time.ts';

/** All that is set of a job, one field a line; what is empty, and what only other clients read, is left out. */
export const jobLines = (job: JobShape & Record<string, unknown>, paint: Paint): string[] => {
  const shown = Object.entries(job).filter(([name, value]) => !ofOthers.has(name) && !isEmpty(value));
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${textOf(name, value, paint)}`);
};

const ofOthers = new Set([
  'resource_type',
  'require_restart',
  'is_spot',
  'start_dind',
  'debug_mode',
  'k8s_name',
  'cron_schedule_options',
  'running_count',
  'retries',
]);

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

const textOf = (name: string, value: unknown, paint: Paint): string => {
  if (name === 'owner') return ownerText(value as JobShape['owner']);
  if (name === 'status') return paintState(paint, String(value));
  if (name === 'last_deploy' || name.endsWith('_at')) return localTime(String(value));
  return typeof value === 'string' ? value.replaceAll('\n', '\n    ') : JSON.stringify(value);
};
