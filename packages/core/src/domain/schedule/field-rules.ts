/** What one of the five fields may hold. */
export interface FieldRule {
  /** As it stands in error sentences. */
  name: string;
  min: number;
  /** The end of `*` and of `N/step`. */
  max: number;
  /** Three-letter names in lower case, with their numbers; empty: the field takes numbers only. */
  names: ReadonlyMap<string, number>;
  /** The largest number that may be written: one above `max` for the second name of Sunday. */
  highest: number;
  expected: string;
}

const numbered = (names: string, first: number): ReadonlyMap<string, number> =>
  new Map(names.split(' ').map((name, index) => [name, first + index]));

const none: ReadonlyMap<string, number> = new Map();

export const minuteRule: FieldRule = {
  name: 'minute',
  min: 0,
  max: 59,
  highest: 59,
  names: none,
  expected: 'a minute from 0 to 59',
};

export const hourRule: FieldRule = {
  name: 'hour',
  min: 0,
  max: 23,
  highest: 23,
  names: none,
  expected: 'an hour from 0 to 23',
};

export const dayOfMonthRule: FieldRule = {
  name: 'day of month',
  min: 1,
  max: 31,
  highest: 31,
  names: none,
  expected: 'a day of the month from 1 to 31',
};

export const monthRule: FieldRule = {
  name: 'month',
  min: 1,
  max: 12,
  highest: 12,
  names: numbered('jan feb mar apr may jun jul aug sep oct nov dec', 1),
  expected: 'a month from 1 to 12 or JAN to DEC',
};

export const dayOfWeekRule: FieldRule = {
  name: 'day of week',
  min: 0,
  max: 6,
  highest: 7,
  names: numbered('sun mon tue wed thu fri sat', 0),
  expected: 'a day of the week from 0 to 7 or SUN to SAT',
};
