import { inspect } from 'node:util';

/** The same error where it says nothing that has to be masked; else one of the same class and code, with its causes, that does not. */
export const maskedError = (error: unknown, mask: (text: string) => string): unknown => {
  if (typeof error === 'string') return mask(error);
  const seen = inspect(error, { depth: deepest, maxStringLength: null, breakLength: Number.POSITIVE_INFINITY });
  if (mask(seen) === seen && !saysSecret(error, mask)) return error;
  return error instanceof Error ? copyOf(error, mask, 0) : mask(seen);
};

const deepest = 8;

// Quoted by `inspect`, a secret may read otherwise.
const saysSecret = (error: unknown, mask: (text: string) => string): boolean =>
  error instanceof Error &&
  (Object.getOwnPropertyNames(error).some((name) => isMasked(Reflect.get(error, name), mask)) ||
    saysSecret(error.cause, mask));

const isMasked = (value: unknown, mask: (text: string) => string): boolean =>
  typeof value === 'string' && mask(value) !== value;

const copyOf = (error: Error, mask: (text: string) => string, depth: number): Error => {
  const copy: Error = Object.create(Object.getPrototypeOf(error));
  for (const name of Reflect.ownKeys(error)) {
    const value = maskedValue(Reflect.get(error, name), mask, depth);
    Object.defineProperty(copy, name, {
      value,
      enumerable: Object.prototype.propertyIsEnumerable.call(error, name),
      writable: true,
      configurable: true,
    });
  }
  return copy;
};

const maskedValue = (value: unknown, mask: (text: string) => string, depth: number): unknown => {
  if (typeof value === 'string') return mask(value);
  if (value instanceof Error) return depth < deepest ? copyOf(value, mask, depth + 1) : mask(String(value));
  if (typeof value !== 'object' || value === null) return value;
  const seen = inspect(value, { depth: deepest, maxStringLength: null });
  return mask(seen) === seen ? value : mask(seen);
};
