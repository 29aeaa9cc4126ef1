import fc from 'fast-check';
import { oddValues } from './odd-values.ts';

/** A value with one thing changed somewhere inside: replaced, taken away, or put beside. */
export const mutated = (values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(values, oddValues, fc.nat(1000), fc.constantFrom('replace', 'replace', 'remove', 'add'), oddNames)
    .map(([value, odd, n, how, name]) => {
      const places = placesIn(value);
      const place = places[n % places.length] ?? [];
      if (how === 'add') return changed(value, place, (found) => withField(found, name, odd));
      return changed(value, place, () => (how === 'remove' ? undefined : odd));
    });

const oddNames = fc.constantFrom(
  'no_such_field',
  'nmae',
  'comand',
  '',
  'constructor',
  'toString',
  'x'.repeat(5000),
  '\u0000',
);

const withField = (found: unknown, name: string, odd: unknown): unknown => {
  if (Array.isArray(found)) return [...found, odd];
  return typeof found === 'object' && found !== null ? { ...found, [name]: odd } : [found, odd];
};

type Place = (string | number)[];

const placesIn = (value: unknown, at: Place = []): Place[] => {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key]))];
};

const changed = (value: unknown, [head, ...rest]: Place, change: (found: unknown) => unknown): unknown => {
  if (head === undefined) return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value))
    return value.map((one, i) => (String(i) === String(head) ? changed(one, rest, change) : one));
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, key === head ? changed(one, rest, change) : one]),
  );
};
