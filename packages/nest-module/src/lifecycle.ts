import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import type { Runyard } from '@runyard/core';
import type { Methods } from './methods/methods.ts';
import { madeByUs } from './open-runyard.ts';
import type { RunyardRoutes } from './routes/runyard-routes.ts';

type Hooks = OnModuleInit & OnApplicationBootstrap & OnModuleDestroy & OnApplicationShutdown;

/**
 * Starts with the application and closes with it: methods are known before anything runs, and their jobs applied before anything fires; streams end first,
 * so that the server can close; Runyard itself last, so that providers may use it until they are gone. Running jobs go on, and the next start adopts them.
 */
export const newLifecycle = (runyard: Runyard, methods: Methods, routes: RunyardRoutes): Hooks => {
  const close = async (): Promise<void> => {
    if (madeByUs(runyard)) await runyard.close();
    methods.disconnect();
  };
  // Nest calls no hook of an application that did not start.
  const orClose = async (step: () => Promise<void>): Promise<void> => {
    try {
      await step();
    } catch (error) {
      await close();
      throw error;
    }
  };
  return {
    onModuleInit: () => orClose(async () => methods.connect()),
    onApplicationBootstrap: () =>
      orClose(async () => {
        await methods.apply();
        if (madeByUs(runyard)?.autoStart) await runyard.start();
      }),
    onModuleDestroy: () => routes.close(),
    onApplicationShutdown: close,
  };
};
