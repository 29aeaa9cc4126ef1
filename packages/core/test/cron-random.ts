import type { Sets } from './cron-oracle.ts';

/** mulberry32: the same numbers for the same seed, everywhere. */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

interface Field {
  text: string;
  values: number[];
  starred: boolean;
  sweeps: boolean;
}

interface Shape {
  min: number;
  max: number;
  names?: readonly string[];
  /** 7 may be written for Sunday. */
  sunday?: boolean;
  /** Share of fields that are just `*`. */
  stars: number;
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const weekdays = 'sun mon tue wed thu fri sat'.split(' ');

/** A random expression of the dialect together with what it means. */
export const randomExpression = (random: () => number): { expression: string; sets: Sets } => {
  const minute = randomField(random, { min: 0, max: 59, stars: 0.1 });
  const hour = randomField(random, { min: 0, max: 23, stars: 0.25 });
  const dayOfMonth = randomField(random, { min: 1, max: 31, stars: 0.6 });
  const month = randomField(random, { min: 1, max: 12, names: months, stars: 0.85 });
  const dayOfWeek = randomField(random, { min: 0, max: 6, names: weekdays, sunday: true, stars: 0.6 });
  const fields = [minute, hour, dayOfMonth, month, dayOfWeek].map(({ text }) => text);
  return {
    expression: [...(random() < 0.1 ? ['0'] : []), ...fields].join(random() < 0.1 ? '  ' : ' '),
    sets: {
      minute: minute.values,
      hour: hour.values,
      dayOfMonth: dayOfMonth.values,
      month: month.values,
      dayOfWeek: dayOfWeek.values,
      starred: { dayOfMonth: dayOfMonth.starred, dayOfWeek: dayOfWeek.starred },
      hourSweeps: hour.sweeps,
    },
  };
};

const randomField = (random: () => number, shape: Shape): Field => {
  if (random() < shape.stars) return randomItem(random, shape, 0);
  const items = Array.from({ length: 1 + Math.floor(random() ** 2 * 4) }, () => randomItem(random, shape));
  return {
    text: items.map(({ text }) => text).join(','),
    values: items.flatMap(({ values }) => values),
    starred: items.some(({ starred }) => starred),
    sweeps: items.some(({ sweeps }) => sweeps),
  };
};

const randomItem = (random: () => number, shape: Shape, kind = Math.floor(random() ** 0.6 * 6)): Field => {
  const { min, max } = shape;
  const any = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const word = (n: number): string => (shape.names && random() < 0.5 ? (shape.names[n - min] ?? `${n}`) : `${n}`);
  const star = random() < 0.8 ? '*' : '?';
  const step = any(1, Math.ceil((max - min) / 2));
  const item = (text: string, first: number, last: number, by: number, isStar: boolean, sweeps: boolean): Field => {
    const values: number[] = [];
    for (let n = first; n <= last; n += by) values.push(shape.sunday === true && n === 7 ? 0 : n);
    return { text, values, starred: isStar && by === 1, sweeps: sweeps || isStar };
  };
  const low = any(min, max);
  const high = any(low, max);
  if (kind === 0) return item(star, min, max, 1, true, true);
  if (kind === 1) return item(`${star}/${step}`, min, max, step, true, true);
  if (kind === 2) return item(`${word(low)}/${step}`, low, max, step, false, true);
  const toSunday = shape.sunday === true && random() < 0.3;
  const end = toSunday ? 7 : high;
  const endWord = toSunday ? '7' : word(high);
  if (kind === 3) return item(`${word(low)}-${endWord}`, low, end, 1, false, false);
  if (kind === 4) return item(`${word(low)}-${endWord}/${step}`, low, end, step, false, true);
  return toSunday ? item('7', 7, 7, 1, false, false) : item(word(low), low, low, 1, false, false);
};
