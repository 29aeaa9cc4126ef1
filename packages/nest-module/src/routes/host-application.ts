import type { ModuleRef } from '@nestjs/core';

interface NestContainer {
  applicationConfig?: { getGlobalPrefix(): string };
}

/** The host's global prefix; empty when it has none. Nest injects it nowhere, but every ModuleRef carries it. */
export const globalPrefix = (moduleRef: ModuleRef): string => {
  const { container } = moduleRef as unknown as { container?: NestContainer };
  return container?.applicationConfig?.getGlobalPrefix() ?? '';
};
