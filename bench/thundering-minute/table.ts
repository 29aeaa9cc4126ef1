import type { Contender } from './contender.ts';
import type { Fired, Idle } from './measure.ts';
import type { Spread } from './probe.ts';

const columns: readonly [title: string, width: number][] = [
  ['library', -16],
  ['store', -24],
  ['schedules', 10],
  ['counted', 10],
  ['of all', 8],
  ['p50', 8],
  ['p99', 8],
  ['last', 8],
  ['µs each', 9],
  ['block ms', 10],
  ['idle', 6],
  ['+MB', 7],
  ['kB each', 9],
];

export const fireHeader = (): string => line(columns.map(([title]) => title));

/** Two lines for Runyard: when all was recorded, and when the handlers were called; and a remark about the ends. */
export const fireRow = (contender: Contender, size: number, fired: Fired, emptyMb: number): string => {
  const { recorded, called, ended, twice } = fired;
  const row = (counted: string, spread: Spread, blockMs: number): string =>
    line([
      contender.name,
      contender.store,
      size.toLocaleString('en'),
      counted,
      `${((spread.count / size) * 100).toFixed(spread.count === size ? 0 : 1)}%`,
      ...[spread.p50, spread.p99, spread.max].map((ms) => (Number.isNaN(ms) ? '-' : ms.toFixed(0))),
      ((spread.max * 1000) / spread.count).toFixed(0),
      blockMs.toFixed(0),
      fired.idleBlockMs.toFixed(0),
      (fired.peakMb - emptyMb).toFixed(0),
      (((fired.peakMb - emptyMb) * 1000) / size).toFixed(1),
    ]);
  const rows =
    recorded.count > 0
      ? [row('recorded', recorded, fired.recordingBlockMs), row('called', called, fired.longestBlockMs)]
      : [row('called', called, fired.longestBlockMs)];
  const register = `registered in ${(fired.registerMs / 1000).toFixed(1)} s`;
  const ends = ended.count > 0 ? `; ${ended.count} runs ended, the last after ${(ended.max / 1000).toFixed(1)} s` : '';
  const again = twice > 0 ? `; ${twice} fired twice` : '';
  return [...rows, `    ${register}${ends}${again}`].join('\n');
};

export const idleRow = (size: number, { registerMs, residentMb, cpuShare }: Idle): string =>
  `${size.toLocaleString('en').padStart(8)} schedules: ${(cpuShare * 100).toFixed(2)} % of a core, ${residentMb.toFixed(0)} MB, registered in ${(registerMs / 1000).toFixed(1)} s`;

const line = (cells: readonly string[]): string =>
  cells
    .map((cell, index) => {
      const width = columns[index]?.[1] ?? 0;
      return width < 0 ? cell.padEnd(-width) : cell.padStart(width);
    })
    .join(' ');
