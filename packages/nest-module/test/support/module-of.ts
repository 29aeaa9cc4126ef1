import { Module, type ModuleMetadata, type Type } from '@nestjs/common';

/** The host's module, made for one test. */
export const moduleOf = (metadata: ModuleMetadata): Type => {
  @Module(metadata)
  class AppModule {}
  return AppModule;
};
