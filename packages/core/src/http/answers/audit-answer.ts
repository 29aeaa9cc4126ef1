import type { z } from 'zod';
import type { AuditEntry } from '../../domain/audit.ts';
import type { OwnerNames } from '../../services/owners/api.ts';
import type { auditEntry } from '../schemas/audit.ts';
import { ownerAnswer } from './owner-answer.ts';
import { toFineTimestamp } from './time.ts';

/** An entry of the audit trail on the wire. */
export const auditAnswer = (
  { id, at, by, action, subject, owner, details }: AuditEntry,
  owners?: OwnerNames,
): z.output<typeof auditEntry> => ({
  id,
  at: toFineTimestamp(at),
  by,
  action,
  subject,
  owner: owner === '' ? null : ownerAnswer(owner, owners),
  details,
});
