import { isPlain, type Plain } from './paths.ts';

/**
 * A job, in the library's names, whose repositories have no ref where the text for it is empty, and say no kind of ref then: published clients send
 * `branch` always, and mean the default branch.
 */
export const withDefaultBranches = (job: Plain): Plain =>
  Array.isArray(job.sources) ? { ...job, sources: job.sources.map(source) } : job;

const source = (given: unknown): unknown => {
  if (!isPlain(given) || (given.ref ?? '') !== '') return given;
  return { ...given, ref: null, ...(given.refType === 'branch' && { refType: null }) };
};
