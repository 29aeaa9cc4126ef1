/** Amounts as Kubernetes writes them: `500m`, `64Mi`, `1e3`, 2. */
export const isQuantity = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && pattern.test(value.trim()));

const pattern = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+|[numkMGTPE]|[KMGTPE]i)?$/;

const factors: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The amount as a number; near enough to compare. */
export function quantity(value: string | number): number {
  if (typeof value === 'number') return value;
  const suffix = /([numkMGTPE]|[KMGTPE]i)$/.exec(value)?.[1] ?? '';
  return Number(value.slice(0, value.length - suffix.length)) * (factors[suffix] ?? 1);
}

/** As the server writes it back: `0.5` is `500m`. */
export function canonical(value: string | number): string {
  const amount = quantity(value);
  if (typeof value === 'string' && !/[.eE]/.test(value.replace(/Ei?$/, ''))) return value;
  return Number.isInteger(amount) ? String(amount) : `${Math.round(amount * 1000)}m`;
}
