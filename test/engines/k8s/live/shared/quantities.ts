/** `10m`, `1.5`, `64Mi`, `2G`: as a number of cores, bytes or devices. */
export const quantity = (text: string | number | undefined): number => {
  const parts = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([A-Za-z]*)$/.exec(String(text ?? 0).trim());
  const factor = factors[parts?.[2] ?? '?'];
  if (!parts || factor === undefined) throw new Error(`"${text}" is no quantity.`);
  return Number(parts[1]) * factor;
};

const factors: Record<string, number> = {
  ...{ '': 1, n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 },
};
