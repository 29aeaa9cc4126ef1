// The proleptic Gregorian calendar on integers. A day is a number: 0 is 1970-01-01.

export interface CivilDate {
  year: number;
  /** 1 to 12. */
  month: number;
  /** 1 to 31. */
  day: number;
}

/** Days of 400 years; the calendar repeats after them. */
const era = 146_097;
/** Days from 0000-03-01, where an era begins, to 1970-01-01. */
const epoch = 719_468;

/** Years are counted from March, so that the leap day is a year's last and each month's length follows from its place. */
export const dateOfDay = (day: number): CivilDate => {
  const sinceEra = day + epoch;
  const eras = Math.floor(sinceEra / era);
  const dayOfEra = sinceEra - eras * era;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + eras * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
};

export const dayOfDate = (year: number, month: number, day: number): number => {
  const fromMarch = month <= 2 ? year - 1 : year;
  const eras = Math.floor(fromMarch / 400);
  const yearOfEra = fromMarch - eras * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return eras * era + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - epoch;
};

/** 0 is Sunday. */
export const weekdayOfDay = (day: number): number => (((day + 4) % 7) + 7) % 7;

export const daysInMonth = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
};
