import type { TokenDocument } from '../../access/directory/data.ts';
import type { TokenView } from './api.ts';

export const tokenView = ({ id, data, createdAt }: TokenDocument): TokenView => ({
  id,
  name: data.name,
  userId: data.userId,
  scopes: data.scopes && [...data.scopes],
  jobId: data.jobId,
  expiresAt: data.expiresAt,
  lastUsedAt: data.lastUsedAt,
  replacedBy: data.replacedBy,
  createdAt,
});
