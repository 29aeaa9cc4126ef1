import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import type { HeldRunyard } from './held-runyard.ts';
import type { RunyardRoutes } from './runyard-routes.ts';

/**
 * Starts with the application and closes with it: streams end first, so that the server can close; Runyard itself last, so that
 * providers may use it until they are gone. Running jobs go on, and the next start adopts them.
 */
export const lifecycleOf = (
  { runyard, owned, autoStart }: HeldRunyard,
  routes: RunyardRoutes,
): OnApplicationBootstrap & OnModuleDestroy & OnApplicationShutdown => ({
  onApplicationBootstrap: async () => {
    if (owned && autoStart) await runyard.start();
  },
  onModuleDestroy: () => routes.close(),
  onApplicationShutdown: async () => {
    if (owned) await runyard.close();
  },
});
