import { clock, commonStep, counted, list, ordinal, runs } from './words.ts';

export interface TimePhrase {
  text: string;
  /** It names times of a day, so that a day belongs to it. */
  ofDay: boolean;
}

/** `At 09:00 and 17:00`, `Every 15 minutes from 09:00 to 17:59`. */
export const describeTime = (hours: readonly number[], minutes: readonly number[]): TimePhrase => {
  if (hours.length === 24) return { text: everyHour(minutes), ofDay: false };
  if (hours.length * minutes.length <= 6) {
    return { text: `At ${list(hours.flatMap((hour) => minutes.map((minute) => clock(hour, minute))))}`, ofDay: true };
  }
  const [first = 0] = hours;
  const last = hours.at(-1) ?? 0;
  const oneRun = last - first === hours.length - 1;
  if (minutes.length > 1) {
    const span = oneRun ? `from ${clock(first, 0)} to ${clock(last, 59)}` : `in the hours ${hoursWords(hours)}`;
    return { text: `${withinAnHour(minutes)} ${span}`, ofDay: false };
  }
  const [minute = 0] = minutes;
  const step = evenStep(hours, 24);
  if (step !== null && minute === 0) return { text: `Every ${step} hours`, ofDay: false };
  if (oneRun) return { text: `Every hour from ${clock(first, minute)} to ${clock(last, minute)}`, ofDay: false };
  return { text: `At ${list(hours.map((hour) => clock(hour, minute)))}`, ofDay: true };
};

const everyHour = (minutes: readonly number[]): string => {
  if (minutes.length > 1) return withinAnHour(minutes);
  const [minute = 0] = minutes;
  return minute === 0 ? 'Every hour' : `At ${counted(minute, 'minute')} past every hour`;
};

/** Two minutes or more. */
const withinAnHour = (minutes: readonly number[]): string => {
  if (minutes.length === 60) return 'Every minute';
  const even = evenStep(minutes, 60);
  if (even !== null) return `Every ${even} minutes`;
  const step = commonStep(minutes);
  if (step === null) return `At minutes ${runs(minutes, String)} of every hour`;
  return `At every ${ordinal(step)} minute from ${minutes[0]} to ${minutes.at(-1)} of every hour`;
};

const hoursWords = (hours: readonly number[]): string => runs(hours, (hour) => clock(hour, 0));

/** The step of numbers that go evenly round the whole circle, from 0. */
const evenStep = (numbers: readonly number[], circle: number): number | null => {
  const step = circle / numbers.length;
  return numbers.every((n, i) => n === i * step) ? step : null;
};
