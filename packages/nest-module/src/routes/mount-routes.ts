import type { Type } from '@nestjs/common';
import type { AbstractHttpAdapter, ModuleRef } from '@nestjs/core';
import { RunyardError } from '@runyard/core';
import { cleanBasePath } from '@runyard/core/http';
import type { RunyardModuleOptions } from '../options.ts';
import { describeOperations } from '../swagger/describe-operations.ts';
import { controllerRoutes, type Document } from './controller-routes.ts';
import { readOtherBodies } from './fastify.ts';
import { globalPrefix } from './host-application.ts';
import { mountController } from './runyard-controller.ts';
import type { RunyardRoutes } from './runyard-routes.ts';

export interface MountedParts {
  /** Null: there are to be no routes. */
  controller: Type | null;
  routes: RunyardRoutes;
  settings: RunyardModuleOptions;
  moduleRef: ModuleRef;
  adapter: AbstractHttpAdapter;
}

/** Gives the module's controller its routes, now that the host's prefix is known and before Nest registers them. */
export const mountRoutes = ({ controller, routes, settings, moduleRef, adapter }: MountedParts): void => {
  if (!controller) return;
  const isFastify = adapter.getType() === 'fastify';
  const path = cleanBasePath(settings.basePath ?? defaultBasePath(moduleRef, settings));
  refuseTwice(adapter, path);
  const app = routes.open(path);
  const document = app.openapi() as Document;
  const { operations, rest } = controllerRoutes(document, {
    owns: (ours) => app.owns(`${path}${ours}`),
    wildcard: isFastify ? '*' : '*rest',
  });
  if (operations.length === 0)
    throw new RunyardError('internal', `No route of ours is below "${path}", so that none would be served.`);
  mountController(controller, {
    path,
    routes: [...operations, ...rest],
    ...(settings.version !== undefined && { version: settings.version }),
  });
  describeOperations(controller, { document, operations, rest, isShown: settings.swagger !== false });
  if (isFastify) readOtherBodies(adapter, controller, [...operations, ...rest]);
};

const defaultBasePath = (moduleRef: ModuleRef, { name }: RunyardModuleOptions): string =>
  `${globalPrefix(moduleRef) === '' ? '/api' : ''}${name === undefined ? '' : `/${name}`}`;

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
