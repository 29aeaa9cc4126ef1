import type { DynamicModule, InjectionToken, OptionalFactoryDependency, Type } from '@nestjs/common';
import type { Authenticate, Runyard, RunyardOptions } from '@runyard/core';

/** Options for `createRunyard`, or a Runyard that the host has made (and closes) itself. */
export type RunyardSource = RunyardOptions | Runyard;

export interface RoutingOptions {
  /** In front of our routes, below the host's global prefix. Default: none when there is a prefix, else `/api`. */
  basePath?: string;
  /** Who is asking; default: what `createRunyard` was given. Comes behind the host's guards: `native.req` is their request. */
  authenticate?: Authenticate;
  /** false: no routes at all, only the injectable Runyard. */
  routes?: boolean;
}

export interface RunyardAsyncOptions extends RoutingOptions {
  imports?: (DynamicModule | Type | Promise<DynamicModule>)[];
  inject?: (InjectionToken | OptionalFactoryDependency)[];
  // Nest calls it with whatever was injected.
  useFactory(...injected: never[]): RunyardSource | Promise<RunyardSource>;
}
