import type { Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import type { RunyardModuleOptions } from '../options.ts';
import { describeOperations } from '../swagger/describe-operations.ts';
import { basePathOf } from './base-path.ts';
import { type OperationRoute, operationRoutes } from './controller-routes.ts';
import { addRoutes, removeRoutes, setPath } from './runyard-controller.ts';
import type { RunyardRoutes } from './runyard-routes.ts';

export interface AnnouncedParts {
  /** Null: there are to be no routes. */
  controller: Type | null;
  routes: RunyardRoutes;
  settings: RunyardModuleOptions;
  moduleRef: ModuleRef;
}

/**
 * As soon as the module is made: most hosts write their Swagger document before they listen, and so before Nest calls `configure`. What is wrong is said
 * then, since an application without a server never has routes.
 */
export const announceEarly = (parts: AnnouncedParts): void => {
  try {
    announceRoutes(parts);
  } catch {
    // Mounting them says the same.
  }
};

/** Gives the module's controller its operations, and the Swagger document what it is to say of them. */
export const announceRoutes = ({ controller, routes, settings, moduleRef }: AnnouncedParts): OperationRoute[] => {
  if (!controller) return [];
  const { document, owns } = routes.describe();
  const operations = operationRoutes(document, owns);
  removeRoutes(controller);
  addRoutes(controller, operations);
  setPath(controller, { path: pathOfThen(() => basePathOf(moduleRef, settings)), version: settings.version });
  describeOperations(controller, { document, operations, isShown: settings.swagger !== false });
  return operations;
};

// Nest takes a list of paths too. The host's prefix is set in between: this one is found anew by each who reads it.
const pathOfThen = (find: () => string): string[] => Object.defineProperty([''], 0, { get: find, enumerable: true });
