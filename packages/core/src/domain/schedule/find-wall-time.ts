import { bitAtOrAfter, bitAtOrBefore, hasBit } from './bits.ts';
import { dateOfDay, dayOfDate } from './civil.ts';
import { daysNamed, type WallTimes } from './wall-times.ts';

/** Longer than anything that fires ever waits: 29 February across 2100 takes eight. */
const searchYears = 11;

/** The first of them that is not before `wall`; Infinity when there is none within ten years. */
export const wallAtOrAfter = (times: WallTimes, wall: number): number => {
  const today = Math.floor(wall / 1440);
  const day = dayAtOrAfter(times, today);
  if (day === today) {
    const time = timeAtOrAfter(times, wall - today * 1440);
    if (time !== -1) return today * 1440 + time;
    return dayAtOrAfter(times, today + 1) * 1440 + timeAtOrAfter(times, 0);
  }
  return day * 1440 + timeAtOrAfter(times, 0);
};

/** The last of them that is not after `wall`; -Infinity when there is none within ten years. */
export const wallAtOrBefore = (times: WallTimes, wall: number): number => {
  const today = Math.floor(wall / 1440);
  const day = dayAtOrBefore(times, today);
  if (day === today) {
    const time = timeAtOrBefore(times, wall - today * 1440);
    if (time !== -1) return today * 1440 + time;
    return dayAtOrBefore(times, today - 1) * 1440 + timeAtOrBefore(times, 1439);
  }
  return day * 1440 + timeAtOrBefore(times, 1439);
};

const timeAtOrAfter = (times: WallTimes, time: number): number => {
  const hour = Math.floor(time / 60);
  if (hasBit(times.hours, hour)) {
    const minute = minuteAtOrAfter(times, time - hour * 60);
    if (minute !== -1) return hour * 60 + minute;
  }
  const later = bitAtOrAfter(times.hours, hour + 1);
  return later === -1 ? -1 : later * 60 + minuteAtOrAfter(times, 0);
};

const timeAtOrBefore = (times: WallTimes, time: number): number => {
  const hour = Math.floor(time / 60);
  if (hasBit(times.hours, hour)) {
    const minute = minuteAtOrBefore(times, time - hour * 60);
    if (minute !== -1) return hour * 60 + minute;
  }
  const earlier = hour === 0 ? -1 : bitAtOrBefore(times.hours, hour - 1);
  return earlier === -1 ? -1 : earlier * 60 + minuteAtOrBefore(times, 59);
};

const minuteAtOrAfter = (times: WallTimes, minute: number): number => {
  const low = minute < 32 ? bitAtOrAfter(times.minutesLow, minute) : -1;
  if (low !== -1) return low;
  const high = bitAtOrAfter(times.minutesHigh, minute < 32 ? 0 : minute - 32);
  return high === -1 ? -1 : high + 32;
};

const minuteAtOrBefore = (times: WallTimes, minute: number): number => {
  const high = minute >= 32 ? bitAtOrBefore(times.minutesHigh, minute - 32) : -1;
  return high === -1 ? bitAtOrBefore(times.minutesLow, minute >= 32 ? 31 : minute) : high + 32;
};

const dayAtOrAfter = (times: WallTimes, from: number): number => {
  if (times.everyDay) return from;
  let { year, month, day } = dateOfDay(from);
  const lastYear = year + searchYears;
  while (year <= lastYear) {
    if (hasBit(times.months, month)) {
      const found = bitAtOrAfter(daysNamed(times, year, month), day);
      if (found !== -1) return dayOfDate(year, month, found);
    }
    day = 1;
    month = bitAtOrAfter(times.months, month + 1);
    if (month === -1) {
      month = bitAtOrAfter(times.months, 1);
      year++;
    }
  }
  return Number.POSITIVE_INFINITY;
};

const dayAtOrBefore = (times: WallTimes, from: number): number => {
  if (times.everyDay) return from;
  let { year, month, day } = dateOfDay(from);
  const firstYear = year - searchYears;
  while (year >= firstYear) {
    if (hasBit(times.months, month)) {
      const found = bitAtOrBefore(daysNamed(times, year, month), day);
      if (found !== -1) return dayOfDate(year, month, found);
    }
    day = 31;
    month = bitAtOrBefore(times.months, month - 1);
    if (month === -1) {
      month = bitAtOrBefore(times.months, 12);
      year--;
    }
  }
  return Number.NEGATIVE_INFINITY;
};
