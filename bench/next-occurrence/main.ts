// node bench/next-occurrence/main.ts [milliseconds a measurement, default 300]
//
// Next-run computations per second of Runyard, croner, cron-parser and cron over the same 50 expressions.
// "cold": parse and find the first occurrence, as for an expression that was never seen; zones are warm for all.
// "shared": the expression is known; walk on from occurrence to occurrence; back to the start after
// 200 of them or four years, since cron gives up beyond eight.
import { type Case, classes } from './expressions.ts';
import { type Library, peers, runyard } from './libraries.ts';

const start = Date.UTC(2026, 10, 21, 12, 34, 56);
const steps = 200;
const horizon = start + 4 * 365 * 86_400_000;
const budgetMs = Number(process.argv[2] ?? 300);
const libraries = [runyard, ...peers];

type Measure = (library: Library, cases: readonly Case[]) => number;

const cold: Measure = (library, cases) =>
  rate(() => {
    for (const one of cases) library.cold(start, one);
    return cases.length;
  });

const shared: Measure = (library, cases) => {
  const walkers = cases.map((one) => ({ next: library.shared(one), at: start, taken: 0 }));
  return rate(() => {
    for (const walker of walkers) {
      walker.at = walker.next(walker.at);
      if (++walker.taken < steps && walker.at < horizon) continue;
      walker.at = start;
      walker.taken = 0;
    }
    return walkers.length;
  });
};

/** Computations per second, after a warm-up of half the time. */
const rate = (round: () => number): number => {
  const until = (ms: number): number => {
    const began = performance.now();
    let done = 0;
    while (performance.now() - began < ms) done += round();
    return (done / (performance.now() - began)) * 1000;
  };
  until(budgetMs / 2);
  return until(budgetMs);
};

/** The peers have to name the same first occurrence, or we would compare different work. */
const agree = (): void => {
  for (const one of Object.values(classes).flat()) {
    const ours = runyard.cold(start, one);
    for (const peer of peers) {
      const theirs = peer.cold(start, one);
      if (theirs === ours) continue;
      const said = `${new Date(theirs).toISOString()}, runyard ${new Date(ours).toISOString()}`;
      console.log(`differs: ${one.expression} in ${one.timezone}: ${peer.name} ${said}`);
    }
  }
};

const table = (title: string, measure: Measure): void => {
  console.log(`\n${title}`);
  console.log(
    ['class'.padEnd(24), ...libraries.map(({ name }) => name.padStart(12)), '  ours / best', ' ours / croner'].join(''),
  );
  const all = Object.values(classes).flat();
  for (const [name, cases] of [...Object.entries(classes), [`all ${all.length}`, all] as const]) {
    const rates = libraries.map((library) => measure(library, cases));
    const [ours = 0, croner = 0, ...others] = rates;
    const ratios = [ours / Math.max(croner, ...others), ours / croner].map((ratio) => ratio.toFixed(1).padStart(13));
    const numbers = rates.map((value) => Math.round(value).toLocaleString('en').padStart(12));
    console.log([name.padEnd(24), ...numbers, ...ratios].join(''));
  }
};

/** What the first use of a zone costs, once in the life of a process: here zones that no case has touched. */
const firstUseOfZones = (): void => {
  const zones = ['Europe/Paris', 'America/Chicago', 'Asia/Tehran', 'Australia/Sydney', 'Africa/Casablanca'];
  const began = performance.now();
  for (const timezone of zones) runyard.cold(start, { expression: '30 2 * * *', timezone });
  const each = ((performance.now() - began) / zones.length).toFixed(2);
  console.log(`\nfirst use of a zone in a process: ${each} ms (Intl is asked for one year; cached from then on)`);
};

console.log(`node ${process.version}, ${budgetMs} ms a measurement`);
agree();
table('cold: parse + next, per second', cold);
table('shared: next, per second', shared);
firstUseOfZones();
