import type { Span } from './matcher.ts';

export const shown = '***';

/** The text with each of these spans masked; they may come in any order, and lie in one another. */
export const maskSpans = (text: string, spans: readonly Span[]): string => {
  if (spans.length === 0) return text;
  let masked = '';
  let at = 0;
  let maskedTo = -1;
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    if (to <= at && maskedTo >= 0) continue;
    if (from > maskedTo) masked += `${text.slice(at, from)}${shown}`;
    at = Math.max(at, to);
    maskedTo = at;
  }
  return masked + text.slice(at);
};
