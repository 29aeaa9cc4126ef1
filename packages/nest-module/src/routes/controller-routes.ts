import type { ControllerRoute } from './runyard-controller.ts';

/** An operation of the HTTP API as a route of the controller. */
export interface OperationRoute extends ControllerRoute {
  /** As the OpenAPI document has it. */
  operation: object;
}

export interface ControllerRoutes {
  operations: OperationRoute[];
  /** What begins with a name of ours and is no operation, which we say ourselves. */
  rest: ControllerRoute[];
}

type Verb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
const verbs: readonly Verb[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** What we use of the OpenAPI document. */
export interface Document {
  paths: Record<string, Record<string, { operationId: string }>>;
  components: { schemas: Record<string, object> };
}

/** A route for each operation that is ours where there may be none of users and groups, and for what is behind our names otherwise. */
export const controllerRoutes = (
  { paths }: Document,
  { owns, wildcard }: { owns(path: string): boolean; wildcard: string },
): ControllerRoutes => {
  const operations = Object.entries(paths)
    .filter(([path]) => owns(path))
    .flatMap(([path, item]) => operationsOf(path, item));
  const known = new Set(operations.map(({ verb, path }) => `${verb} ${path}`));
  const names = new Set(Object.keys(paths).map((path) => path.split('/')[1] ?? ''));
  // Of a name that is only partly ours, the rest is the host's.
  const whole = [...names].filter((name) => owns(`/${name}/-/-/-/-`));
  const rest = whole.flatMap((name): ControllerRoute[] => [
    ...verbs
      .filter((verb) => !known.has(`${verb} ${name}`))
      .map((verb) => ({ name: `noSuchRoute_${verb}_${name}`, verb, path: name })),
    { name: `noSuchRoute_${name}`, verb: 'ALL', path: `${name}/${wildcard}` },
  ]);
  return { operations, rest };
};

const operationsOf = (path: string, item: Document['paths'][string]): OperationRoute[] =>
  verbs.flatMap((verb) => {
    const operation = item[verb.toLowerCase()];
    if (!operation) return [];
    return [{ name: operation.operationId, verb, path: path.slice(1).replace(/\{(\w+)\}/g, ':$1'), operation }];
  });
