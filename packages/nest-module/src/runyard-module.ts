import { type DynamicModule, Inject, Module, type NestModule, type Type } from '@nestjs/common';
import { HttpAdapterHost, ModuleRef } from '@nestjs/core';
import type { Runyard, RunyardOptions } from '@runyard/core';
import { ConfigurableModuleClass } from './module-definition.ts';
import { isRunyard } from './open-runyard.ts';
import type { RunyardModuleOptions } from './options.ts';
import { orClose } from './or-close.ts';
import { type MountedParts, mountRoutes } from './routes/mount-routes.ts';
import type { RunyardRoutes } from './routes/runyard-routes.ts';
import { CONTROLLER, ROUTES, SETTINGS } from './tokens.ts';

/**
 * Runyard in a Nest application: inject it with `@InjectRunyard()`, give it jobs with `@Job()`; its HTTP API is one more controller.
 * `forRoot` takes the options of `createRunyard` and those of the module, `forRootAsync` finds out the former by `useFactory`, `useClass` or `useExisting`.
 */
export class RunyardModule extends ConfigurableModuleClass implements NestModule {
  readonly #parts: Omit<MountedParts, 'adapter'>;
  readonly #host: HttpAdapterHost;

  constructor(...[routes, settings, controller, moduleRef, host]: Injected) {
    super();
    this.#parts = { routes, settings, controller, moduleRef };
    this.#host = host;
  }

  /** A Runyard that the host has made itself takes the module's options as a second argument. */
  static override forRoot(
    source: (RunyardOptions & RunyardModuleOptions) | Runyard,
    options: RunyardModuleOptions = {},
  ): DynamicModule {
    return isRunyard(source)
      ? RunyardModule.forRootAsync({ ...options, useFactory: () => source })
      : ConfigurableModuleClass.forRoot.call(RunyardModule, { ...source, ...options });
  }

  // Nest calls it when everything is made and the global prefix is set, and before it registers routes.
  configure(): Promise<void> {
    return orClose(this.#parts.routes.runyard, () => mountRoutes({ ...this.#parts, adapter: this.#host.httpAdapter }));
  }
}

type Injected = [RunyardRoutes, RunyardModuleOptions, Type | null, ModuleRef, HttpAdapterHost];

Module({})(RunyardModule);
[ROUTES, SETTINGS, CONTROLLER, ModuleRef, HttpAdapterHost].forEach((token, index) => {
  Inject(token)(RunyardModule, undefined, index);
});
