import { Injectable, Logger } from '@nestjs/common';
import type { FunctionContext } from '@runyard/core';
import { Job, OnRun, type OnRunEvent } from '@runyard/nest-module';
import { Calendar } from './calendar.ts';

/** Every start of the service applies these jobs, and nothing happens where nothing changed. */
@Injectable()
export class Reports {
  private readonly logger = new Logger(Reports.name);

  constructor(private readonly calendar: Calendar) {}

  /** A command in a process of its own, which outlives the service. Here the method tells its environment. */
  @Job({
    name: 'daily-report',
    owner: 'group:reports',
    command: 'echo "report for $DAYS"',
    schedule: { cron: '0 6 * * *' },
    concurrencyPolicy: 'Forbid',
  })
  dailyReport() {
    return { DAYS: this.calendar.workingDays() };
  }

  /** A method in this process, with everything that the service has. */
  @Job({ name: 'count-days', owner: 'group:reports' })
  async countDays({ log, signal }: FunctionContext) {
    for (const day of this.calendar.workingDays().split(',')) {
      signal.throwIfAborted();
      log(day);
    }
  }

  @OnRun(['failed', 'skipped'], { job: 'daily-report' })
  noReport({ run }: OnRunEvent) {
    this.logger.error(`No report this time: ${run.sentence}`);
  }
}
