import { parseCron, RunyardError, type ScheduleSpec } from '@runyard/core';

export interface CronSchedule {
  /** As a CronJob takes it: a descriptor, `@every <duration>`, or five fields, without a zone. */
  schedule: string;
  /** IANA name; a CronJob without one would go by the clock of its controller. */
  timeZone: string;
  /** Its hours are fixed ones, so that a change of the clock can skip or repeat them. */
  atFixedHours: boolean;
  every: boolean;
}

/** Our dialect as CronJobs have it. Throws `invalid-cron` and `unknown-zone` as saving the job would, and a `RunyardError` for what a CronJob cannot say. */
export const cronSchedule = ({
  cron,
  timezone,
  dst,
}: Pick<ScheduleSpec, 'cron' | 'timezone' | 'dst'>): CronSchedule => {
  const { timezone: timeZone } = parseCron(cron, { ...(timezone !== null && { timezone }), dst });
  const [first = '', ...rest] = cron.split(/\s+/u).filter(Boolean);
  const words = /^(CRON_)?TZ=/.test(first) ? rest : [first, ...rest];
  const named = timeZone === 'UTC' ? 'Etc/UTC' : timeZone;
  if (words[0]?.startsWith('@'))
    return {
      schedule: words.join(' '),
      timeZone: named,
      atFixedHours: fixedDescriptors.has(words[0]),
      every: words[0] === '@every',
    };
  // The seconds, which are 0.
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = words.length === 6 ? words.slice(1) : words;
  return {
    schedule: [minute, hour, day, month, weekdays(weekday, cron)].join(' '),
    timeZone: named,
    atFixedHours: !/[*?/]/.test(hour),
    every: false,
  };
};

const fixedDescriptors = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight']);

// Sunday is 0 alone, and 7 nothing.
const weekdays = (field: string, cron: string): string =>
  field
    .split(',')
    .flatMap((item) => {
      const [range = '', step] = item.split('/');
      const [from = '', to] = range.split('-');
      if (to === undefined) return from === '7' ? [step === undefined ? '0' : `0/${step}`] : [item];
      return to === '7' ? upToSunday(from, Number(step ?? 1), cron) : [item];
    })
    .join(',');

const upToSunday = (from: string, step: number, cron: string): string[] => {
  const first = /^\d+$/.test(from) ? Number(from) : names.indexOf(from.toLowerCase());
  if (first < 0)
    throw new RunyardError('invalid-cron', `\`${cron}\` has a day of the week that is not known: ${from}.`);
  const days: string[] = [];
  for (let day = first; day <= 7; day += step) days.push(String(day % 7));
  return days;
};

const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
