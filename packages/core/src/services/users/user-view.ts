import type { UserDocument } from '../../access/directory/data.ts';
import type { UserView } from './api.ts';

export const userView = ({ id, name, lookup, data, createdAt, updatedAt }: UserDocument): UserView => ({
  id,
  name,
  displayName: data.displayName,
  email: data.email,
  admin: data.admin,
  externalId: lookup,
  createdAt,
  updatedAt,
});
