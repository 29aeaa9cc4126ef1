import type { Outcome } from '../../domain/run/outcome.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Progress } from '../../ports/executor.ts';
import type { AttemptFolder } from './attempt-folder.ts';
import { dropSecretFiles } from './drop-secret-files.ts';
import { type Look, lookAt } from './look.ts';
import { endTree } from './stop.ts';
import { watch } from './watch.ts';

export interface WaitOptions {
  clock: Clock;
  signal: AbortSignal;
  onProgress(progress: Progress): void;
  /** Called before it is said that the attempt is gone; throws where that cannot be known. */
  verifyPlace(): Promise<void>;
}

/**
 * Looks, and looks again at each change, until the attempt has ended. What the command of one with GPUs has left running is ended before
 * its outcome is told.
 */
export const waitFor = async (folder: AttemptFolder, options: WaitOptions): Promise<Outcome> => {
  const report = reporter(options.onProgress);
  using changes = watch([folder.state], options.clock);
  for (let ended = false; ; ) {
    options.signal.throwIfAborted();
    const look = await lookAt(folder);
    options.signal.throwIfAborted();
    report(look);
    if (look.state === 'finished') {
      await dropSecretFiles(folder, options);
      return look.outcome;
    }
    if (look.state === 'missing') {
      await options.verifyPlace();
      return { class: 'lost', sentence: 'Its folder is gone from the data directory.' };
    }
    const leftBy = look.state === 'running' ? look.leftBy : undefined;
    if (leftBy === undefined) await changes.changed(atMostMs, options.signal);
    else if (ended) await endTree(folder, leftBy, { ...options, graceMs: leftGraceMs });
    else await options.clock.sleep(supervisorEndsMs, options.signal);
    ended = leftBy !== undefined;
  }
};

// A supervisor that was killed tells no one.
const atMostMs = 1_000;

// Its supervisor has written the exit status and is about to end, too.
const supervisorEndsMs = 10;

// Time to say good-bye for what nobody waits for any more.
const leftGraceMs = 5_000;

// Says that it runs, and each phase once. What has ended ran before, if it ever did.
const reporter = (onProgress: WaitOptions['onProgress']): ((look: Look) => void) => {
  let last: string | undefined;
  return (look) => {
    if (look.state === 'missing' || look.state === 'prepared' || look.since === null || look.since === 0) return;
    const phase = look.state === 'running' ? look.phase : null;
    const name = look.state === 'running' ? phase?.name : look.outcome.phase;
    if (last === (name ?? '')) return;
    last = name ?? '';
    onProgress({ state: 'running', at: phase?.at ?? look.since, ...(name !== undefined && { phase: name }) });
  };
};
