/** When a schedule is due, told without any code of ours: all its expressions are plain steps of the UTC clock. */
export interface Calendar {
  /** Instants in (after, until]. */
  between(after: number, until: number): number[];
}

const minute = 60_000;

export const calendarOf = (cron: string, anchorAt: number): Calendar => {
  const every = /^@every (?:(\d+)m)?(?:(\d+)s)?$/.exec(cron);
  if (every) return steps((Number(every[1] ?? 0) * 60 + Number(every[2] ?? 0)) * 1000, anchorAt, anchorAt);
  const step = cron === '* * * * *' ? 1 : Number(/^\*\/(\d+) \* \* \* \*$/.exec(cron)?.[1]);
  if (!(step > 0) || 60 % step !== 0) throw new Error(`the calendar of the simulation does not know ${cron}`);
  return steps(step * minute, 0, Number.NEGATIVE_INFINITY);
};

const steps = (period: number, origin: number, behind: number): Calendar => ({
  between(after, until) {
    const instants: number[] = [];
    for (let at = origin + (Math.floor((after - origin) / period) + 1) * period; at <= until; at += period)
      if (at > behind) instants.push(at);
    return instants;
  },
});
