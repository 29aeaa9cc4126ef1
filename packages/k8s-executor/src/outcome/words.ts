import type { Outcome } from '@runyard/core';

/** Words of a cluster or a job, short enough to be kept. */
export const cut = (words: string): string => (words.length > mostWords ? `${words.slice(0, mostWords - 1)}…` : words);

const mostWords = 2048;

export const infrastructure = (reason: string, sentence: string): Outcome => ({
  class: 'infrastructure',
  reason,
  sentence: cut(sentence),
});

export const startFailed = (reason: string, sentence: string): Outcome => ({
  class: 'start-failed',
  reason,
  sentence: cut(sentence),
});

/** `: words`, or nothing where there are none, as the end of a sentence of ours. */
export const inWords = (words: string | undefined): string =>
  words === undefined || words === '' ? '.' : `: ${words}${/[.!?]$/.test(words) ? '' : '.'}`;

export const timedOut = (words: string | undefined): Outcome => ({
  class: 'timed-out',
  sentence: cut(`It took longer than the deadline that the cluster keeps for it${inWords(words)}`),
});

export const stoppedBeforeStart: Outcome = {
  class: 'infrastructure',
  reason: 'stopped-before-start',
  sentence: 'It was stopped before it was started.',
};
