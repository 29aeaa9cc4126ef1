/**
 * When robfig/cron v3, which CronJobs are kept by, runs five fields of numbers in UTC: written after its own source (parser.go, spec.go), so that what we write
 * for it is not judged by our own parser.
 */
export const robfigNext = (schedule: string, after: Date): Date => {
  const [minute = '', hour = '', day = '', , weekday = ''] = schedule.split(' ');
  const [minutes, hours] = [setOf(minute, 0, 59), setOf(hour, 0, 23)];
  const [days, weekdays] = [setOf(day, 1, 31), setOf(weekday, 0, 6)];
  const isThatDay = (at: Date): boolean => {
    const [ofMonth, ofWeek] = [days.has(at.getUTCDate()), weekdays.has(at.getUTCDay())];
    return isStar(day) || isStar(weekday) ? ofMonth && ofWeek : ofMonth || ofWeek;
  };
  const midnight = Date.UTC(after.getUTCFullYear(), after.getUTCMonth(), after.getUTCDate());
  for (let n = 0; n < 1000; n++) {
    const date = new Date(midnight + n * 86_400_000);
    if (!isThatDay(date)) continue;
    for (const h of hours)
      for (const m of minutes) {
        const at = new Date(date.getTime() + (h * 60 + m) * 60_000);
        if (at > after) return at;
      }
  }
  throw new Error(`${schedule} is never due`);
};

const isStar = (field: string): boolean => field === '*' || field === '?';

// Of `a/step` the end is the field's greatest. What is outside of a field's bounds is refused.
const setOf = (field: string, least: number, greatest: number): Set<number> => {
  const found = field.split(',').flatMap((item) => {
    const [range = '', step] = item.split('/');
    const [from, to = step === undefined ? from : greatest] = isStar(range) ? [least, greatest] : range.split('-');
    const [start, end, by] = [Number(from), Number(to), Number(step ?? 1)];
    if (!(start >= least && start <= end && end <= greatest && by > 0)) throw new Error(`robfig refuses ${field}`);
    return Array.from({ length: Math.floor((end - start) / by) + 1 }, (_, i) => start + i * by);
  });
  return new Set(found.sort((a, b) => a - b));
};
