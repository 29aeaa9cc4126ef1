/** When a line was written: whole seconds since the epoch, and what is behind them in nanoseconds. */
export interface Stamp {
  second: number;
  nano: number;
}

/** null: it is none. In whatever zone the node has its clock. */
export const parseStamp = (text: string): Stamp | null => {
  const [, whole, fraction = '', zone] = form.exec(text) ?? [];
  if (whole === undefined || zone === undefined) return null;
  const ms = Date.parse(`${whole}${zone}`);
  return Number.isNaN(ms) ? null : { second: ms / 1000, nano: Number(fraction.padEnd(9, '0').slice(0, 9)) };
};

const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

export const msOf = ({ second, nano }: Stamp): number => second * 1000 + Math.floor(nano / 1e6);

export const isBefore = (a: Stamp, b: Stamp): boolean =>
  a.second < b.second || (a.second === b.second && a.nano < b.nano);

export const isSame = (a: Stamp, b: Stamp): boolean => a.second === b.second && a.nano === b.nano;
