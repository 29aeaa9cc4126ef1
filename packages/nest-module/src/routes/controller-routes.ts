import type { Document } from './document.ts';
import type { ControllerRoute } from './runyard-controller.ts';

/** An operation of the HTTP API as a route of the controller. */
export interface OperationRoute extends ControllerRoute {
  /** As the OpenAPI document has it. */
  operation: object;
}

type Verb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
const verbs: readonly Verb[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

type Owns = (path: string) => boolean;

/** A route for each operation that is ours: where there is no directory there are none of users and groups. */
export const operationRoutes = ({ paths }: Document, owns: Owns): OperationRoute[] =>
  Object.entries(paths)
    .filter(([path]) => owns(path))
    .flatMap(([path, item]) => operationsOf(path, item));

/** What begins with a name of ours and is no operation, which we say ourselves. */
export const otherRoutes = (
  { paths }: Document,
  { owns, operations, wildcard }: { owns: Owns; operations: readonly OperationRoute[]; wildcard: string },
): ControllerRoute[] => {
  const known = new Set(operations.map(({ verb, path }) => `${verb} ${path}`));
  const names = new Set(Object.keys(paths).map((path) => path.split('/')[1] ?? ''));
  // Of a name that is only partly ours, the rest is the host's.
  const whole = [...names].filter((name) => owns(`/${name}/-/-/-/-`));
  return whole.flatMap((name): ControllerRoute[] => [
    ...verbs
      .filter((verb) => !known.has(`${verb} ${name}`))
      .map((verb) => ({ name: `noSuchRoute_${verb}_${name}`, verb, path: name })),
    { name: `noSuchRoute_${name}`, verb: 'ALL', path: `${name}/${wildcard}` },
  ]);
};

const operationsOf = (path: string, item: Document['paths'][string]): OperationRoute[] =>
  verbs.flatMap((verb) => {
    const operation = item[verb.toLowerCase()];
    if (!operation) return [];
    return [{ name: operation.operationId, verb, path: path.slice(1).replace(/\{(\w+)\}/g, ':$1'), operation }];
  });
