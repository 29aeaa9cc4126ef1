import { type DynamicModule, Inject, type InjectionToken, Module, type NestModule, type Type } from '@nestjs/common';
import { HttpAdapterHost, ModuleRef } from '@nestjs/core';
import { type HeldRunyard, holdRunyard } from './held-runyard.ts';
import { globalPrefix, requireExpress } from './host-application.ts';
import { lifecycleOf } from './lifecycle.ts';
import type { RoutingOptions, RunyardAsyncOptions, RunyardSource } from './options.ts';
import { mountController, runyardController } from './runyard-controller.ts';
import { type RunyardRoutes, runyardRoutes } from './runyard-routes.ts';
import { HELD, ROUTES, RUNYARD } from './tokens.ts';

/** Runyard in a Nest application: inject it with `RUNYARD`; its HTTP API is one more controller. */
export const RunyardModule = {
  forRoot(source: RunyardSource, routing: RoutingOptions = {}): DynamicModule {
    return RunyardModule.forRootAsync({ ...routing, useFactory: () => source });
  },

  forRootAsync({ imports = [], inject = [], useFactory, ...routing }: RunyardAsyncOptions): DynamicModule {
    const controllers = routing.routes === false ? [] : [runyardController()];
    const hold = async (...injected: unknown[]) => holdRunyard(await useFactory(...(injected as never[])));
    return {
      module: moduleClass(controllers, routing),
      global: true,
      imports,
      controllers,
      providers: [
        { provide: HELD, inject, useFactory: hold },
        provide(RUNYARD, [HELD], ({ runyard }: HeldRunyard) => runyard),
        provide(ROUTES, [HELD], ({ runyard }: HeldRunyard) => runyardRoutes(runyard, routing)),
        provide(Symbol('runyard lifecycle'), [HELD, ROUTES], lifecycleOf),
      ],
      exports: [RUNYARD],
    };
  },
};

const provide = <Args extends unknown[]>(
  token: InjectionToken,
  inject: InjectionToken[],
  useFactory: (...args: Args) => unknown,
) => ({
  provide: token,
  inject,
  useFactory: (...args: unknown[]) => useFactory(...(args as Args)),
});

// Nest calls `configure` when everything is made and the global prefix is set, and before it registers routes.
const moduleClass = (controllers: readonly Type[], routing: RoutingOptions): Type => {
  class RunyardRootModule implements NestModule {
    readonly #routes: RunyardRoutes;
    readonly #moduleRef: ModuleRef;
    readonly #adapter: HttpAdapterHost;

    constructor(routes: RunyardRoutes, moduleRef: ModuleRef, adapter: HttpAdapterHost) {
      this.#routes = routes;
      this.#moduleRef = moduleRef;
      this.#adapter = adapter;
    }

    configure(): void {
      if (controllers.length === 0) return;
      requireExpress(this.#adapter);
      const basePath = routing.basePath ?? (globalPrefix(this.#moduleRef) === '' ? '/api' : '');
      for (const controller of controllers) mountController(controller, basePath);
      this.#routes.open(basePath);
    }
  }
  Module({})(RunyardRootModule);
  [ROUTES, ModuleRef, HttpAdapterHost].forEach((token, index) => {
    Inject(token)(RunyardRootModule, undefined, index);
  });
  return RunyardRootModule;
};
