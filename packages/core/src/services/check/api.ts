import type { Finding } from '../../domain/job/finding.ts';

/** What `jobs.check` found. */
export interface JobCheck {
  /** Errors first. Empty: nothing is known to be wrong. */
  findings: Finding[];
  /** The next five instants of its schedule, epoch ms; empty without one. */
  nextAt: number[];
}
