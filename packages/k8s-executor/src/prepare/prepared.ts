import { createHash } from 'node:crypto';
import type { Launch } from '@runyard/core';

/** Which Jobs this process has just made, and with which secrets, so that their start need not look at them, nor write those again. */
export interface Prepared {
  remember(uid: string, launch: Pick<Launch, 'secrets'>): void;
  /** Whether the Job is known to be as it was made, with these secrets. */
  has(uid: string, launch: Pick<Launch, 'secrets'>): boolean;
  forget(uid: string): void;
}

export const createPrepared = (): Prepared => {
  const known = new Map<string, string>();
  return {
    remember(uid, { secrets }) {
      known.set(uid, fingerprint(secrets));
      // Each is asked for once, a moment later; what was not started then is written again when it is.
      if (known.size > most) known.delete(known.keys().next().value ?? '');
    },
    has: (uid, { secrets }) => known.get(uid) === fingerprint(secrets),
    forget: (uid) => void known.delete(uid),
  };
};

const most = 10_000;

const fingerprint = (secrets: Launch['secrets']): string =>
  createHash('sha256').update(JSON.stringify(secrets)).digest('base64');
