import type { Faults } from '../cluster.ts';
import type { Call } from './call.ts';
import { type Answer, expired } from './refusal.ts';

/** What is answered instead, before anything is carried out. Text, as priority and fairness and a proxy in front write it. */
export function faultAnswer(faults: Faults | undefined): Answer | null {
  if (hits(faults, faults?.tooManyRequests)) {
    return {
      status: 429,
      body: 'Too many requests, please try again later.\n',
      contentType: 'text/plain; charset=utf-8',
      headers: { 'retry-after': String(faults?.retryAfterSeconds ?? 1) },
    };
  }
  if (hits(faults, faults?.unavailable)) {
    return { status: 503, body: 'service unavailable\n', contentType: 'text/plain; charset=utf-8' };
  }
  return null;
}

/** Throws 410 for a list that goes back to a version. Watches are told in a frame. */
export function brokenByFault(faults: Faults | undefined, { verb, query }: Call): void {
  const version = query.get('resourceVersion');
  const goesBack = query.has('continue') || (version !== null && version !== '' && version !== '0');
  if (verb === 'list' && goesBack && hits(faults, faults?.gone)) {
    throw expired('The resourceVersion for the provided list is too old.');
  }
}

export const losesAnswer = (faults: Faults | undefined) => hits(faults, faults?.answerLost);

/** Passes a log on, until a piece of it is the last, and not whole. */
export function cutLog(faults: Faults | undefined) {
  return async function* (log: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
    for await (const piece of log) {
      const bytes = Buffer.from(piece as string);
      if (hits(faults, faults?.cutLogs)) {
        yield bytes.subarray(0, Math.floor(bytes.length / 2));
        throw new Error('the log is cut on purpose');
      }
      yield bytes;
    }
  };
}

export const hits = (faults: Faults | undefined, chance = 0): boolean =>
  faults !== undefined && chance > 0 && faults.random() < chance;
