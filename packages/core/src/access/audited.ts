import type { AuditEntry } from '../domain/audit.ts';
import type { Principal } from './principal.ts';

export type Deed = Pick<AuditEntry, 'action' | 'subject' | 'owner'> & { details?: AuditEntry['details'] };

/** The audit entry of what somebody does, to be written with the deed itself. */
export const auditEntry = (principal: Principal, deed: Deed, { id, at }: { id: string; at: number }): AuditEntry => ({
  id,
  at,
  by: { id: byOf(principal), name: principal.name ?? null },
  action: deed.action,
  subject: deed.subject,
  owner: deed.owner,
  details: { ...deed.details, ...(principal.token !== undefined && { token: principal.token }) },
});

/** `user:<id>`, `token:<id>` or `system`. */
export const byOf = ({ kind, id }: Principal): string => (kind === 'system' ? 'system' : `${kind}:${id}`);
