import type { FileHandle } from 'node:fs/promises';
import { type Dropped, nothingDropped } from '../shared/log-rules.ts';
import { linesBackwards } from './lines.ts';
import { parseRecord } from './record.ts';

/** Where a log stands: what a writer needs to go on with it. */
export interface LogState {
  /** Bytes of whole records. */
  size: number;
  /** Over the cap: output is dropped. */
  cut: boolean;
  dropped: Dropped;
  sealed: boolean;
  resumeAfter: string | undefined;
}

/**
 * Reads a log's state from its end. The count of what was dropped belongs to the record that `resumeAfter` comes
 * from: whatever was dropped behind that one will be read from the executor, and dropped, again.
 */
export async function recoverState(file: FileHandle): Promise<LogState> {
  const state: LogState = { size: 0, cut: false, dropped: nothingDropped, sealed: false, resumeAfter: undefined };
  for await (const { bytes, end } of linesBackwards(file, (await file.stat()).size)) {
    const record = parseRecord(bytes);
    if (record === null) continue;
    state.size ||= end;
    if (record.kind === 'end') {
      state.sealed = true;
      state.dropped = record.dropped;
    } else if (record.kind === 'cut') {
      state.cut = true;
    } else {
      if (record.dropped) state.cut = true;
      if (record.sourceCursor === undefined) continue;
      if (!state.sealed) state.dropped = record.dropped ?? nothingDropped;
      state.resumeAfter = record.sourceCursor;
      return state;
    }
  }
  return state;
}
