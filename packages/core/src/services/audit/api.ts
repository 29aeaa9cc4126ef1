import type { AuditEntry } from '../../domain/audit.ts';
import type { Page } from '../../ports/store.ts';
import type { PageOptions } from '../page-options.ts';

export interface AuditListOptions extends PageOptions {
  /** Id of what it was done to. */
  subject?: string;
  /** `user:<id>` or `group:<id>`: whose that was. */
  owner?: string;
  /** `user:<id>`, `token:<id>` or `system`. */
  by?: string;
  /** `job.updated`, or `job` for all that was done to jobs. */
  action?: string;
  /** Epoch ms, both included. */
  from?: number;
  to?: number;
}

/** `runyard.audit`: who did what. Owners see what was done to theirs, admins all. */
export interface Audit {
  /** Newest first unless `descending: false`. */
  list(options?: AuditListOptions): Promise<Page<AuditEntry>>;
}
