import type { ApiCall } from './api.ts';

/** What a Role has to allow for a call. */
export interface Right {
  verb: string;
  /** With its subresource: `pods/log`. */
  resource: string;
  /** '' is the core group. */
  group: string;
  /** null: it is asked of the whole cluster. */
  namespace: string | null;
}

/** By the path: `/api/v1/…` and `/apis/<group>/<version>/…`, then `namespaces/<name>/<resource>/<name>/<subresource>`. */
export const rightOf = (call: Pick<ApiCall, 'method' | 'path' | 'query'>): Right => {
  const [root, ...parts] = call.path.split('/').filter((part) => part !== '');
  const group = root === 'apis' ? (parts[0] ?? '') : '';
  const rest = parts.slice(root === 'apis' ? 2 : 1);
  const inside = rest[0] === 'namespaces' && rest.length > 2;
  const [resource = '', name, sub] = inside ? rest.slice(2) : rest;
  const namespace = inside || resource === 'namespaces' ? (rest[1] ?? null) : null;
  return {
    verb: verbOf(call, name !== undefined),
    resource: sub === undefined ? resource : `${resource}/${sub}`,
    group,
    namespace: namespace === null ? null : decodeURIComponent(namespace),
  };
};

const verbOf = ({ method, query }: Pick<ApiCall, 'method' | 'query'>, named: boolean): string => {
  if (method === 'GET') return query?.watch ? 'watch' : named ? 'get' : 'list';
  if (method === 'DELETE') return named ? 'delete' : 'deletecollection';
  return { POST: 'create', PUT: 'update', PATCH: 'patch' }[method];
};
