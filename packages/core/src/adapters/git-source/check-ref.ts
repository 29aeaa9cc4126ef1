import type { SourceSpec } from '../../domain/job/job.ts';
import { type Fault, hasControls } from './fault.ts';

const expected = 'a branch, a tag or a commit, as `git check-ref-format` accepts it';

/** Refs as git would accept them; never one that git could take for an option or an expression. */
export function checkRef(ref: string | null, refType: SourceSpec['refType']): Fault | null {
  if (ref === null) {
    if (refType === null) return null;
    return { field: 'ref', says: `is missing, but refType is ${refType}.`, expected: `a ${refType}` };
  }
  if (refType === 'commit' && !isHex(ref)) {
    return { field: 'ref', says: 'is not a commit.', expected: '4 to 64 hex digits' };
  }
  const says = whyNot(ref);
  return says === null ? null : { field: 'ref', says, expected };
}

/** 40 digits, or 64 in a repository with SHA-256. */
export const isFullCommit = (ref: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(ref);

export const isHex = (ref: string): boolean => /^[0-9a-f]{4,64}$/i.test(ref);

function whyNot(ref: string): string | null {
  if (ref === '' || ref.length > 250) return 'is empty or longer than 250 characters.';
  if (ref.startsWith('-')) return 'starts with a dash: git would take it for an option.';
  if (hasControls(ref)) return 'has control characters.';
  if (/[ ~^:?*[\\]/.test(ref)) return 'has a character that no ref may have (space ~ ^ : ? * [ or backslash).';
  if (ref === '@' || ref.includes('..') || ref.includes('@{') || ref.endsWith('.'))
    return 'is an expression, not a ref.';
  const parts = ref.split('/');
  if (parts.some((part) => part === '' || part.startsWith('.') || part.endsWith('.lock'))) {
    return 'has a part that is empty, starts with a dot or ends with .lock.';
  }
  return null;
}
