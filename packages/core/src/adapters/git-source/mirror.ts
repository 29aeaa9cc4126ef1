import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAttemptFailed } from '../../domain/run/launch-errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { GitCredential } from '../../ports/source.ts';
import { fingerprint } from './auth.ts';
import { exists } from './exists.ts';
import { isUnknownCommit, launchFailure } from './failures.ts';
import { git } from './git.ts';
import { oldLockMs, removeLocks } from './repair.ts';
import { type SharedFlight, sharedFlight } from './shared-flight.ts';
import { packTogether } from './tidy.ts';
import { fetchOneCommit, updateMirror } from './update-mirror.ts';
import type { Workplace } from './workplace.ts';

/** A bare copy of one repository: all its branches, tags, and the commits that were asked for. Nothing is ever pruned. */
export interface Mirror {
  readonly url: string;
  readonly dir: string;
  /** Brings it up to date. Callers with the same credential share a fetch that began after they called. */
  fetch(credential: GitCredential | null, signal: AbortSignal): Promise<void>;
  /** Fetches a commit that no branch or tag leads to. False: the repository does not give it. */
  fetchCommit(commit: string, credential: GitCredential | null, signal: AbortSignal): Promise<boolean>;
  /** A fetch with this credential has succeeded, so its holder may have what is here. */
  mayRead(credential: GitCredential | null): Promise<boolean>;
  /** Runs git on the mirror, without the network. */
  git(args: readonly string[], signal: AbortSignal): Promise<string>;
  close(reason: unknown): Promise<void>;
}

export interface MirrorOptions {
  workplace: Workplace;
  entropy: Entropy;
  clock: Clock;
  silenceMs: number;
}

export function openMirror(url: string, { workplace, entropy, clock, silenceMs }: MirrorOptions): Mirror {
  const dir = join(workplace.root, createHash('sha256').update(url).digest('hex'));
  const place = { url, dir, workplace, entropy, clock, silenceMs };
  const readers = join(dir, 'runyard-readers');
  const env = { ...workplace.env, GIT_DIR: dir };
  const flights = new Map<string, SharedFlight<void>>();
  // The data directory is ours alone, so one at a time in this process is one at a time.
  const oneAtATime = serial();
  const sweptOnce = oneAtATime(() => removeLocks(dir, clock.now() - oldLockMs));

  async function fetchAll(credential: GitCredential | null, signal: AbortSignal): Promise<void> {
    await updateMirror(place, { credential, signal });
    await mkdir(readers, { recursive: true });
    await writeFile(join(readers, fingerprint(credential, workplace)), '');
    await packTogether(dir, { env, cwd: dir, signal });
  }

  async function fetchOne(commit: string, credential: GitCredential | null, signal: AbortSignal): Promise<boolean> {
    try {
      await fetchOneCommit(place, commit, { credential, signal });
      return true;
    } catch (error) {
      if (isUnknownCommit(error)) return false;
      throw error;
    }
  }

  // Its turn, and what went wrong as callers know it.
  async function inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      await sweptOnce;
      return await oneAtATime(work);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw isAttemptFailed(error) ? error : launchFailure(error, url);
    }
  }

  return {
    url,
    dir,
    fetch(credential, signal) {
      const who = fingerprint(credential, workplace);
      const flight = flights.get(who) ?? sharedFlight((end) => inTurn(end, () => fetchAll(credential, end)));
      flights.set(who, flight);
      return flight.join(signal);
    },
    fetchCommit: (commit, credential, signal) => inTurn(signal, () => fetchOne(commit, credential, signal)),
    mayRead: (credential) => exists(join(readers, fingerprint(credential, workplace))),
    git: (args, signal) => git(args, { env, cwd: dir, signal }),
    async close(reason) {
      await Promise.all([...flights.values()].map((flight) => flight.close(reason)));
    },
  };
}

function serial(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
}
