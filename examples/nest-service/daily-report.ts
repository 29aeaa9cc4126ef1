import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Runyard } from '@runyard/core';
import { RUNYARD } from '@runyard/nest-module';

/** Keeps one job as this code says it is: every deploy applies it, and nothing happens where nothing changed. */
export class DailyReport implements OnModuleInit {
  readonly #runyard: Runyard;

  constructor(runyard: Runyard) {
    this.#runyard = runyard;
  }

  async onModuleInit(): Promise<void> {
    await this.#runyard.jobs.apply({
      name: 'daily-report',
      owner: 'group:reports',
      command: 'echo "report for $DAY"',
      env: { DAY: 'today' },
      schedule: { cron: '0 6 * * *' },
      concurrencyPolicy: 'Forbid',
    });
  }
}

// As `@Injectable()` and `@Inject(RUNYARD)` would, without a build step.
Injectable()(DailyReport);
Inject(RUNYARD)(DailyReport, undefined, 0);
