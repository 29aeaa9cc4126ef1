import type { NewLogEntry } from '@runyard/core';
import { type Dropped, drop } from '@runyard/core/sql';
import { recordLine } from './record.ts';

/** Where a log stands. */
export interface LogState {
  /** Position of the last entry, which is how many there are. */
  last: number;
  /** Raw bytes of them all, which the cap is about. */
  bytes: number;
  /** Over the cap: output is dropped. */
  cut: boolean;
  dropped: Dropped;
  /** The executor's cursor behind the last entry that had one, and what was dropped before it: what came later is read, and dropped, again. */
  source: { cursor: string | undefined; dropped: Dropped };
  sealed: boolean;
}

/** What entries add to a log, and how it stands behind them: output beyond the cap is only counted. */
export const admit = (
  state: LogState,
  entries: readonly NewLogEntry[],
  capBytes: number,
): { lines: Buffer[]; next: LogState } => {
  const lines: Buffer[] = [];
  let next = state;
  for (const entry of entries) {
    const step = admitOne(next, entry, capBytes);
    if (step.line) lines.push(step.line);
    next = step.next;
  }
  return { lines, next };
};

const admitOne = (state: LogState, entry: NewLogEntry, capBytes: number): { line: Buffer | null; next: LogState } => {
  const { at, stream, text, sourceCursor } = entry;
  const line = recordLine({ kind: 'entry', at, stream, text });
  if (stream === 'phase' || (!state.cut && state.bytes + line.length <= capBytes)) {
    const source = sourceCursor === undefined ? state.source : { cursor: sourceCursor, dropped: state.dropped };
    return { line, next: { ...added(state, line), source } };
  }
  const dropped = drop(state.dropped, text);
  if (state.cut) return { line: null, next: { ...state, dropped } };
  const mark = recordLine({ kind: 'cut', at, capBytes });
  return { line: mark, next: { ...added(state, mark), cut: true, dropped } };
};

const added = (state: LogState, line: Buffer): LogState => ({
  ...state,
  last: state.last + 1,
  bytes: state.bytes + line.length,
});
