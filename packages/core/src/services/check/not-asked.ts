import type { Finding } from '../../domain/job/finding.ts';

/** What could not be asked is never taken for an answer. */
export const notAsked = (why: string, field?: string): Finding => ({
  code: 'not-asked',
  severity: 'warning',
  sentence: `This could not be checked: ${why}`,
  ...(field !== undefined && { field }),
});
