import type { HttpAdapterHost, ModuleRef } from '@nestjs/core';
import { RunyardError } from '@runyard/core';

/** The host's global prefix; empty when it has none. Nest injects it nowhere, but every ModuleRef carries it. */
export const globalPrefix = (moduleRef: ModuleRef): string => {
  const { container } = moduleRef as unknown as {
    container?: { applicationConfig?: { getGlobalPrefix(): string } };
  };
  return container?.applicationConfig?.getGlobalPrefix() ?? '';
};

/** Throws, with what to do, on a platform whose requests we cannot read. */
export const requireExpress = ({ httpAdapter }: HttpAdapterHost): void => {
  const platform = httpAdapter.getType();
  if (platform === 'express') return;
  throw new RunyardError(
    'invalid-option',
    `RunyardModule serves its routes on the Express platform, and this application runs on ${platform}: use ` +
      '@nestjs/platform-express, or leave the routes out with `routes: false`.',
    { field: 'routes', expected: 'express', received: platform },
  );
};
