// Small pieces of English for `describe()`.

/** `1, 2 and 3`. */
export const list = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

/** `1st`, `22nd`, `13th`. */
export const ordinal = (n: number): string => {
  const teen = n % 100 >= 11 && n % 100 <= 13;
  const suffix = teen ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${suffix}`;
};

/** `1 minute`, `5 minutes`. */
export const counted = (n: number, unit: string): string => `${n} ${unit}${n === 1 ? '' : 's'}`;

/** `09:05`. */
export const clock = (hour: number, minute: number): string =>
  `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;

/** Three and more neighbours as `a to b`, others one by one. The numbers ascend. */
export const runs = (numbers: readonly number[], word: (n: number) => string): string => {
  const parts: string[] = [];
  for (let i = 0; i < numbers.length; ) {
    const first = numbers[i] ?? 0;
    let length = 1;
    while (numbers[i + length] === first + length) length++;
    if (length > 2) parts.push(`${word(first)} to ${word(first + length - 1)}`);
    else for (let n = 0; n < length; n++) parts.push(word(first + n));
    i += length;
  }
  return list(parts);
};

/** The step of five or more numbers that lie equally far apart, two at least; else null. */
export const commonStep = (numbers: readonly number[]): number | null => {
  const step = (numbers[1] ?? 0) - (numbers[0] ?? 0);
  const even = numbers.every((n, i) => i === 0 || n - (numbers[i - 1] ?? 0) === step);
  return numbers.length >= 5 && step >= 2 && even ? step : null;
};
