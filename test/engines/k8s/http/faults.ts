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

export const hits = (faults: Faults | undefined, chance = 0): boolean =>
  faults !== undefined && chance > 0 && faults.random() < chance;
