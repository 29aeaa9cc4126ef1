import { Module, type Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { RunyardModule } from '@runyard/nest-module';
import { ApiKeyGuard, type RequestWithUser } from './api-key-guard.ts';
import { DailyReport } from './daily-report.ts';

/** The service: its own guard for every route, and Runyard behind it. */
export const appModule = ({ dataDir }: { dataDir: string }): Type => {
  class AppModule {}
  Module({
    imports: [
      RunyardModule.forRoot(
        { dataDir },
        // The guard has found out who it is.
        { authenticate: (_request, native) => (native.req as RequestWithUser).user ?? null },
      ),
    ],
    providers: [{ provide: APP_GUARD, useClass: ApiKeyGuard }, DailyReport],
  })(AppModule);
  return AppModule;
};
