import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { RunyardModule } from '@runyard/nest-module';
import { ApiKeyGuard, type RequestWithUser } from './api-key.guard.ts';
import { Calendar } from './calendar.ts';
import { Reports } from './reports.ts';

/** The service: its own guard for every route, and Runyard behind it. */
@Module({
  imports: [
    RunyardModule.forRootAsync({
      useFactory: () => ({ dataDir: process.env.DATA_DIR ?? '.runyard' }),
      // The guard has found out who it is.
      authenticate: (_request, native) => (native.req as RequestWithUser).user ?? null,
    }),
  ],
  providers: [{ provide: APP_GUARD, useClass: ApiKeyGuard }, Calendar, Reports],
})
export class AppModule {}
