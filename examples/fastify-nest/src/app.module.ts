import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { RunyardModule } from '@runyard/nest-module';
import { RunyardHealthIndicator } from '@runyard/nest-module/terminus';
import { HealthController } from './health.controller.ts';
import { Imports } from './imports.ts';
import { type RequestOfStaff, StaffGuard } from './staff.guard.ts';

/** Runyard's routes are for staff only; the service's own are open. */
@Module({
  imports: [
    RunyardModule.forRootAsync({
      useFactory: () => ({ dataDir: process.env.DATA_DIR ?? '.runyard' }),
      guards: [StaffGuard],
      // Fastify's request, as the guard has left it.
      authenticate: (_request, native) => {
        const { staff } = native.req as RequestOfStaff;
        return staff === undefined ? null : { kind: 'user', id: staff, groups: ['staff'] };
      },
    }),
    TerminusModule,
  ],
  controllers: [HealthController],
  providers: [Imports, RunyardHealthIndicator],
})
export class AppModule {}
