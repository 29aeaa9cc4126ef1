import type { Finding } from './finding.ts';

/** So many are told in one sentence. */
const mostNamed = 5;

/** What is wrong, in a few sentences; null: nothing but what may be harmless. */
export const errorsOf = (findings: readonly Finding[]): { sentences: string; field?: string } | null => {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (!first) return null;
  const named = errors.slice(0, mostNamed).map(({ sentence }) => sentence);
  const others = errors.length - named.length;
  const more = others === 0 ? [] : [`So it is with ${others} more; check the job to see them.`];
  return { sentences: [...named, ...more].join(' '), ...(first.field !== undefined && { field: first.field }) };
};
