import { RunyardError } from '../../domain/errors.ts';
import type { SourceSpec } from '../../domain/job/job.ts';
import { checkPath } from './check-path.ts';
import { checkRef } from './check-ref.ts';
import { checkUrl } from './check-url.ts';
import type { LocalRepositories } from './fault.ts';

/** Refuses what must never come before git. Pure, so that a job is checked when it is saved and again when it is fetched. */
export function checkSource(source: SourceSpec, allowed: LocalRepositories): void {
  const faults = [checkUrl(source.url, allowed), checkRef(source.ref, source.refType), checkPath(source.path)];
  const fault = faults.find((each) => each !== null);
  if (!fault) return;
  const { field, says, expected } = fault;
  const received = shown(String(source[field]));
  throw new RunyardError('invalid-source', `The source's ${field} ${says}`, { field, expected, received });
}

// What came, without a password that somebody wrote into a URL.
function shown(text: string): string {
  return JSON.stringify(text.replace(/\/\/[^/@]*@/, '//***@').slice(0, 200)).slice(1, -1);
}
