import { randomBytes } from 'node:crypto';
import type { PolicyRule } from '../cluster.ts';

export interface User {
  name: string;
  /** null: may do everything. */
  rules: readonly PolicyRule[] | null;
  /** Where the rules hold; null: everywhere. */
  namespace: string | null;
}

export const anonymous: User = { name: 'system:anonymous', rules: [], namespace: null };

/** Who has which bearer token. */
export interface Users {
  /** A new user; gives its token. */
  add(user: User): string;
  /** undefined: the token is not one of ours. */
  of(authorization: string | undefined): User | undefined;
}

export function createUsers(): Users {
  const users = new Map<string, User>();
  return {
    add(user) {
      const token = randomBytes(16).toString('hex');
      users.set(token, user);
      return token;
    },
    of(authorization) {
      if (!authorization) return anonymous;
      return users.get(authorization.replace(/^bearer /i, ''));
    },
  };
}

/** A kubeconfig, as text (JSON is YAML too). */
export function kubeConfigText(options: { url: string; user: string; token: string; namespace: string }): string {
  const { url, user, token, namespace } = options;
  return JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      // Without it, @kubernetes/client-node takes no http url.
      clusters: [{ name: 'stand-in', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: user, user: { token } }],
      contexts: [{ name: 'stand-in', context: { cluster: 'stand-in', user, namespace } }],
      'current-context': 'stand-in',
    },
    null,
    2,
  );
}
