import { ConfigurableModuleBuilder, type DynamicModule, type Provider } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, MetadataScanner, ModuleRef } from '@nestjs/core';
import type { Runyard } from '@runyard/core';
import { newLifecycle } from './lifecycle.ts';
import { type Methods, newMethods } from './methods/methods.ts';
import { openRunyard } from './open-runyard.ts';
import type { RunyardModuleOptions, RunyardSource } from './options.ts';
import { type Order, orderModule } from './order.ts';
import { announceEarly } from './routes/announce-routes.ts';
import { runyardController } from './routes/runyard-controller.ts';
import { type RunyardRoutes, runyardRoutes } from './routes/runyard-routes.ts';
import { CONTROLLER, getRunyardToken, ROUTES, SETTINGS, SOURCE } from './tokens.ts';

// Named one by one: what is not among these belongs to `createRunyard`.
const defaults: { [K in Exclude<keyof RunyardModuleOptions, 'authenticate'>]-?: RunyardModuleOptions[K] | undefined } =
  {
    name: undefined,
    isGlobal: true,
    routes: true,
    basePath: undefined,
    version: undefined,
    guards: undefined,
    decorators: undefined,
    saturn: undefined,
    keepAliveMs: undefined,
    recheckMs: undefined,
    bodyTimeoutMs: undefined,
    bodyStallMs: undefined,
    readerStallMs: undefined,
    swagger: true,
    prune: false,
  };

const complete = (given: DynamicModule, settings: RunyardModuleOptions): DynamicModule => {
  const token = getRunyardToken(settings.name);
  const METHODS = Symbol('methods');
  const ORDER = Symbol(`order of ${settings.name ?? ''}`);
  const controller = settings.routes === false ? null : runyardController(settings);
  const own: Provider[] = [
    { provide: SETTINGS, useValue: settings },
    { provide: CONTROLLER, useValue: controller },
    // Whoever overrides it in a test has the real one never opened.
    { provide: token, inject: [SOURCE], useFactory: (source: RunyardSource) => openRunyard(source, settings) },
    {
      provide: ROUTES,
      inject: [token, ModuleRef],
      useFactory: (runyard: Runyard, moduleRef: ModuleRef) => {
        const routes = runyardRoutes(runyard, settings);
        announceEarly({ controller, routes, settings, moduleRef });
        return routes;
      },
    },
    {
      provide: METHODS,
      inject: [DiscoveryService, MetadataScanner, token],
      useFactory: (discovery: DiscoveryService, scanner: MetadataScanner, runyard: Runyard) =>
        newMethods({ discovery, scanner, runyard, settings }),
    },
    {
      provide: Symbol('lifecycle'),
      inject: [token, METHODS, ROUTES, ORDER],
      useFactory: (runyard: Runyard, methods: Methods, routes: RunyardRoutes, order: Order) =>
        newLifecycle({ runyard, methods, routes, order }),
    },
  ];
  return {
    ...given,
    global: settings.isGlobal ?? true,
    imports: [...(given.imports ?? []), DiscoveryModule, orderModule(ORDER)],
    controllers: controller ? [controller] : [],
    providers: [...(given.providers ?? []), ...own],
    exports: [token],
  };
};

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<RunyardSource>({
  optionsInjectionToken: SOURCE,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createRunyardOptions')
  .setExtras<RunyardModuleOptions>(defaults as RunyardModuleOptions, complete)
  .build();
