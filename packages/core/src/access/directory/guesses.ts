/** Counts tokens that were not valid, by where they came from and by how they begin. */
export interface Guesses {
  /** One was not valid. Tells for how long the next ones are in vain, ms; 0: they are not yet. */
  missed(from: { address: string | null; token: string }): number;
}

/** So many in a minute are mistakes. */
const free = 10;
const windowMs = 60_000;
const firstMs = 1_000;
const longestMs = 60_000;
/** So many addresses, and so many beginnings, are remembered: those that were heard of last. */
const most = 10_000;

interface Misses {
  count: number;
  since: number;
  /** On the monotonic clock. */
  blockedUntil: number;
}

/** `now` is a monotonic clock, ms. `told` hears of each source once, when it is slowed for the first time. */
export const newGuesses = (now: () => number, told: (source: string) => void = () => {}): Guesses => {
  const byAddress = new Map<string, Misses>();
  const byPrefix = new Map<string, Misses>();

  const miss = (table: Map<string, Misses>, key: string): number => {
    const at = now();
    const before = table.get(key);
    const isOver = !before || at >= Math.max(before.since, before.blockedUntil) + windowMs;
    const misses = isOver ? { count: 0, since: at, blockedUntil: 0 } : before;
    misses.count++;
    // The first that are heard of are the first to be forgotten.
    table.delete(key);
    table.set(key, misses);
    for (const [oldest] of table) {
      if (table.size <= most) break;
      table.delete(oldest);
    }
    if (misses.count <= free) return 0;
    if (misses.count === free + 1) told(key);
    const forMs = Math.min(longestMs, firstMs * 2 ** Math.min(16, misses.count - free - 1));
    misses.blockedUntil = at + forMs;
    return forMs;
  };

  return {
    missed({ address, token }) {
      const prefix = prefixOf(token);
      const waits = [
        address === null ? 0 : miss(byAddress, networkOf(address)),
        prefix === null ? 0 : miss(byPrefix, prefix),
      ];
      return Math.max(...waits);
    },
  };
};

/** The first characters behind `ryd_`; of a job token there is nothing to guess. */
const prefixOf = (token: string): string | null =>
  token.startsWith('ryd_') ? token.slice(0, 'ryd_'.length + 8) : null;

// Who has an address of version 6 has as a rule the 2^64 beside it.
const networkOf = (address: string): string => {
  const v4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (v4 !== undefined) return v4;
  return address.includes(':') ? firstGroups(address) : address;
};

const firstGroups = (address: string): string => {
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const all = [...groups, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...(tail ? tail.split(':') : [])];
  return `${all.slice(0, 4).join(':')}::/64`;
};
