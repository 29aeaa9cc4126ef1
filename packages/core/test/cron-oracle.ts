// What fires, worked out the slow way: minute by minute, asking Intl for every one of them. Shares no code with the
// domain. Wall times are minutes since 1970-01-01 00:00 of the wall clock.

export interface Minute {
  instant: number;
  wall: number;
}

/** Every minute from `start` to `end` (exclusive) and what the zone's clock shows then. */
export const minutesOf = (timeZone: string, start: number, end: number): Minute[] => {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const minutes: Minute[] = [];
  for (let instant = start; instant < end; instant += 60_000) {
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0] = format.format(instant).split(/\D+/).map(Number);
    minutes.push({ instant, wall: Date.UTC(year, month - 1, day, hour, minute) / 60_000 });
  }
  return minutes;
};

export interface Sets {
  minute: readonly number[];
  hour: readonly number[];
  dayOfMonth: readonly number[];
  month: readonly number[];
  dayOfWeek: readonly number[];
  starred: { dayOfMonth: boolean; dayOfWeek: boolean };
  /** A star or a step stands in the hour. */
  hourSweeps: boolean;
}

/** The instants that fire. `once` and `robfig` as DESIGN 6 says them. */
export const firesOf = (sets: Sets, minutes: readonly Minute[], dst: 'once' | 'robfig'): number[] => {
  const ofTheHour = new Set(sets.minute);
  const matching = (wall: number): boolean => ofTheHour.has(wall % 60) && matches(sets, new Date(wall * 60_000));
  if (dst === 'robfig' || sets.hourSweeps) {
    return minutes.filter(({ wall }) => matching(wall)).map(({ instant }) => instant);
  }
  const done = new Set<number>();
  const fired: number[] = [];
  let before = (minutes[0]?.wall ?? 0) - 1;
  for (const { instant, wall } of minutes) {
    // A jump forward leaves wall times behind, which are due now.
    const due: number[] = [];
    for (let skipped = before + 1; skipped < wall; skipped++) due.push(skipped);
    due.push(wall);
    before = wall;
    const fresh = due.filter((candidate) => !done.has(candidate));
    for (const candidate of fresh) done.add(candidate);
    if (fresh.some(matching)) fired.push(instant);
  }
  return fired;
};

const matches = (sets: Sets, shown: Date): boolean => {
  const dayOfMonth = sets.dayOfMonth.includes(shown.getUTCDate());
  const dayOfWeek = sets.dayOfWeek.includes(shown.getUTCDay());
  const starred = sets.starred.dayOfMonth || sets.starred.dayOfWeek;
  return (
    sets.hour.includes(shown.getUTCHours()) &&
    sets.month.includes(shown.getUTCMonth() + 1) &&
    (starred ? dayOfMonth && dayOfWeek : dayOfMonth || dayOfWeek)
  );
};
