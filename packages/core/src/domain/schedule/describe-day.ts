import { commonStep, list, ordinal, runs } from './words.ts';

export interface NamedDays {
  /** null: all of them. */
  daysOfMonth: readonly number[] | null;
  /** 1 is Monday, 7 Sunday; null: all of them. */
  weekdays: readonly number[] | null;
  months: readonly number[] | null;
}

const weekdayNames = ['', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const monthNames = [
  '',
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `on the 1st and 15th of the month and on Monday to Friday`; empty where every day is meant. */
export const describeDay = ({ daysOfMonth, weekdays, months }: NamedDays): string => {
  const monthWords = months === null ? null : runs(months, (month) => monthNames[month] ?? '');
  const phrases: string[] = [];
  if (daysOfMonth !== null) phrases.push(`on ${daysWords(daysOfMonth)} of ${monthWords ?? 'the month'}`);
  if (weekdays !== null) {
    const words = `on ${runs(weekdays, (weekday) => weekdayNames[weekday] ?? '')}`;
    phrases.push(monthWords === null ? words : `${words} in ${monthWords}`);
  }
  if (phrases.length === 0 && monthWords !== null) phrases.push(`every day in ${monthWords}`);
  return list(phrases);
};

const daysWords = (days: readonly number[]): string => {
  const step = commonStep(days);
  if (step === null) return `the ${runs(days, ordinal)}`;
  return `every ${ordinal(step)} day from the ${ordinal(days[0] ?? 1)} to the ${ordinal(days.at(-1) ?? 31)}`;
};
