import type { AbstractHttpAdapter } from '@nestjs/core';
import { RunyardError } from '@runyard/core';
import { hideOperations } from '../swagger/describe-operations.ts';
import { type AnnouncedParts, announceRoutes } from './announce-routes.ts';
import { basePathOf } from './base-path.ts';
import { otherRoutes } from './controller-routes.ts';
import { readOtherBodies } from './fastify.ts';
import { addRoutes, setPath } from './runyard-controller.ts';

export interface MountedParts extends AnnouncedParts {
  adapter: AbstractHttpAdapter;
}

/** Says below which path the module's controller answers, now that the host's prefix is known and before Nest registers its routes, and gives it what is no operation. */
export const mountRoutes = ({ adapter, ...parts }: MountedParts): void => {
  const { controller, routes, settings, moduleRef } = parts;
  if (!controller) return;
  // Another application of the same module may have been made meanwhile.
  const operations = announceRoutes(parts);
  const isFastify = adapter.getType() === 'fastify';
  const path = basePathOf(moduleRef, settings);
  refuseTwice(adapter, path);
  routes.open(path);
  const { document, owns } = routes.describe();
  const others = otherRoutes(document, { owns, operations, wildcard: isFastify ? '*' : '*rest' });
  setPath(controller, { path, version: settings.version });
  addRoutes(controller, others);
  hideOperations(controller, others);
  if (isFastify) readOtherBodies(adapter, controller, [...operations, ...others]);
};

const taken = new WeakMap<AbstractHttpAdapter, Set<string>>();

// The second of two would never be asked.
const refuseTwice = (adapter: AbstractHttpAdapter, path: string): void => {
  const paths = taken.get(adapter) ?? new Set();
  if (paths.has(path))
    throw new RunyardError(
      'invalid-option',
      `Two RunyardModules serve their routes below "${path}". Give one of them a \`name\` or another \`basePath\`.`,
      { field: 'basePath', received: path },
    );
  taken.set(adapter, paths.add(path));
};
