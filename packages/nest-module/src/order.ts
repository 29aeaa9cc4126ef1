import { type DynamicModule, Inject, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

/** What is to come behind the bootstrap hooks of all other modules, and before the destroy hooks of all. */
export interface Order extends OnApplicationBootstrap, OnModuleDestroy {
  set(steps: { begin(): Promise<void>; end(): Promise<void> }): void;
}

/**
 * A module whose hooks are the outermost. Nest begins with global modules, as ours is, and then comes from those imported to those that import;
 * what is to be destroyed goes the other way round. So what runs methods would begin before, and end after, the providers that they are of.
 */
export const orderModule = (token: symbol): DynamicModule => ({
  module: OrderModule,
  providers: [{ provide: token, useFactory: newOrder }],
  exports: [token],
});

const newOrder = (): Order => {
  let given: Parameters<Order['set']>[0] | undefined;
  return {
    set: (steps) => {
      given = steps;
    },
    onApplicationBootstrap: () => given?.begin(),
    onModuleDestroy: () => given?.end(),
  };
};

class OrderModule {
  // The root has 0, and what is imported more; read when the first hook is called, and everything is made by then.
  constructor(modules: ModulesContainer) {
    for (const each of modules.values()) if (each.metatype === OrderModule) each.distance = -1;
  }
}

Module({})(OrderModule);
Inject(ModulesContainer)(OrderModule, undefined, 0);
