import { scryptSync, timingSafeEqual } from 'node:crypto';

/** A row of the table of users that this service has always had. */
export interface User {
  id: number;
  login: string;
  team: 'accounting' | 'sales';
  isOperator: boolean;
}

const salt = 'one salt will do for an example';
const hashOf = (password: string): Buffer => scryptSync(password, salt, 32);

const rows: readonly (User & { hash: Buffer })[] = [
  { id: 17, login: 'ann', team: 'accounting', isOperator: false, hash: hashOf('ann says hello') },
  { id: 23, login: 'bob', team: 'sales', isOperator: false, hash: hashOf('bob says hello') },
];

/** Whoever knows the password; null: nobody does. */
export const signedIn = (login: unknown, password: unknown): User | null => {
  const row = rows.find((each) => each.login === login);
  if (!row || typeof password !== 'string' || !timingSafeEqual(hashOf(password), row.hash)) return null;
  const { hash, ...user } = row;
  return user;
};
