import type { ModuleRef } from '@nestjs/core';
import { cleanBasePath } from '@runyard/core/http';
import type { RunyardModuleOptions } from '../options.ts';
import { globalPrefix } from './host-application.ts';

/** What stands in front of our routes, below the host's global prefix as it is now. Throws `invalid-option`. */
export const basePathOf = (moduleRef: ModuleRef, { basePath, name }: RunyardModuleOptions): string =>
  cleanBasePath(basePath ?? `${globalPrefix(moduleRef) === '' ? '/api' : ''}${name === undefined ? '' : `/${name}`}`);
