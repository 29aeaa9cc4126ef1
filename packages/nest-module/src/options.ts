import type { CanActivate, Type } from '@nestjs/common';
import type { Authenticate, Runyard, RunyardOptions } from '@runyard/core';
import type { ApiOptions } from '@runyard/core/http';

/** Options for `createRunyard`, or a Runyard that the host has made (and closes) itself. */
export type RunyardSource = RunyardOptions | Runyard;

/** What the module takes beside the options of `createRunyard`. */
export interface RunyardModuleOptions extends ApiOptions {
  /** For several Runyards in one application: its token is `getRunyardToken(name)`, its routes are below `/api/<name>`. */
  name?: string;
  /** Whether it can be injected without importing the module. Default true. */
  isGlobal?: boolean;
  /** false: no routes at all, only the injectable Runyard. Default true. */
  routes?: boolean;
  /** In front of our routes, below the host's global prefix. Default: none when there is a prefix, else `/api`; with a name, that behind it. */
  basePath?: string;
  /** Versions of the host's versioning that the routes are in. Default: whatever the version, and none in the path. */
  version?: string | string[];
  /** For our routes only, as `@UseGuards(…)` takes them; they come behind the host's global ones. */
  guards?: (Type<CanActivate> | CanActivate)[];
  /** Any decorators of a controller, for ours: `UseInterceptors(…)`, `UseFilters(…)`, `SetMetadata(…)`, `ApiBearerAuth()`. */
  decorators?: ClassDecorator[];
  /** Who is asking; default: what `createRunyard` was given. Comes behind the host's guards: `native.req` is their request. */
  authenticate?: Authenticate;
  /** Whether the operations are in the host's Swagger document. Default true. */
  swagger?: boolean;
  /** Also removes jobs that were once applied and are of none of the `@Job` methods: for hosts that call `jobs.apply` nowhere else. Default false. */
  prune?: boolean;
}
