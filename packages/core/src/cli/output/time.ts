/** A time of the API in this machine's zone: `2026-02-01 10:30:00`. */
export const localTime = (time: string | number | null): string => {
  if (time === null || time === '') return '-';
  const at = new Date(time);
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
};

/** As above in any zone, with its name for the offset: `2026-02-01 10:30 CET`. */
export const timeIn = (zone: string, at: number): string => {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}:${parts.second}`;
};

export const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** `1 h 3 min`, `12 s`; empty where one of the two is not known. */
export const lasted = (from: string | null, to: string | number | null): string => {
  if (from === null || to === null) return '-';
  const seconds = Math.max(0, Math.round((new Date(to).getTime() - new Date(from).getTime()) / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};
