import { type FileHandle, open } from 'node:fs/promises';
import { RunyardError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LogChunk } from '../../ports/executor.ts';
import type { AttemptFolder } from './attempt-folder.ts';
import { isAbsent } from './files.ts';
import { lookAt } from './look.ts';
import { watch } from './watch.ts';

export interface LogOptions {
  after?: string;
  follow?: boolean;
  signal: AbortSignal;
  clock: Clock;
  verifyPlace(): Promise<void>;
}

/** The raw file from a byte on; nothing where the attempt is gone. A cursor is the offset behind its chunk. */
export async function* readLog(folder: AttemptFolder, options: LogOptions): AsyncIterable<LogChunk> {
  const { follow = false, signal, clock } = options;
  let offset = startOffset(options.after);
  using changes = watch([folder.path, folder.state], clock);
  for (;;) {
    // Looked at before the file is read to its end: what an ended attempt has written is then all there.
    const { state } = await lookAt(folder);
    if (state === 'missing') return options.verifyPlace();
    const before = offset;
    for await (const bytes of chunks(folder.log, offset, signal)) {
      offset += bytes.length;
      yield { cursor: String(offset), stream: 'output', bytes };
    }
    if (!follow || state === 'finished') return;
    // A job that never stops writing is read in gulps.
    if (offset !== before) await clock.sleep(gulpMs, signal);
    await changes.changed(atMostMs, signal);
  }
}

const atMostMs = 250;
const gulpMs = 20;
const chunkBytes = 64 * 1024;

const startOffset = (after: string | undefined): number => {
  if (after === undefined) return 0;
  if (/^\d{1,15}$/.test(after)) return Number(after);
  throw new RunyardError('invalid-request', `'${after}' is not a log cursor of the process executor.`, {
    field: 'after',
    received: after,
  });
};

// Everything from the offset to the present end.
async function* chunks(path: string, offset: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const file = await openIfThere(path);
  if (file === null) return;
  try {
    for (let at = offset; ; ) {
      signal.throwIfAborted();
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

const openIfThere = async (path: string): Promise<FileHandle | null> => {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
};
