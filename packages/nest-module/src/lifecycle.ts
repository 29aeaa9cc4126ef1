import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Runyard } from '@runyard/core';
import type { Methods } from './methods/methods.ts';
import { madeByUs } from './open-runyard.ts';
import { orClose } from './or-close.ts';
import type { Order } from './order.ts';
import type { RunyardRoutes } from './routes/runyard-routes.ts';

type Hooks = OnModuleInit & OnApplicationBootstrap & OnApplicationShutdown;

interface Parts {
  runyard: Runyard;
  methods: Methods;
  routes: RunyardRoutes;
  order: Order;
}

/**
 * Starts with the application and closes with it. Methods are known before anything runs, and their jobs applied before anything fires; nothing fires until the
 * bootstrap hooks of all providers are done. At the end streams end first, so that the server can close; then what runs in this process, while the providers are
 * still whole; the store last, so that providers may use it until they are gone. Jobs outside of this process go on, and the next start adopts them.
 */
export const newLifecycle = ({ runyard, methods, routes, order }: Parts): Hooks => {
  order.set({
    begin: () =>
      orClose(runyard, async () => {
        methods.open();
        if (madeByUs(runyard)?.autoStart) await runyard.start();
      }),
    end: async () => {
      routes.close();
      // What cannot be stopped is told by `close`, and must keep no other hook from being called.
      if (madeByUs(runyard)) await runyard.stop().catch(() => {});
    },
  });
  return {
    onModuleInit: () => orClose(runyard, methods.connect),
    onApplicationBootstrap: () => orClose(runyard, methods.apply),
    onApplicationShutdown: async () => {
      if (madeByUs(runyard)) await runyard.close();
      methods.disconnect();
    },
  };
};
