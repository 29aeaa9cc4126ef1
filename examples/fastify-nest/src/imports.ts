import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { FunctionContext } from '@runyard/core';
import { Job } from '@runyard/nest-module';

/** A method that goes on until it is told to stop; whoever follows its log sees each line as it comes. */
@Injectable()
export class Imports {
  @Job({ name: 'import', owner: 'group:staff', concurrencyPolicy: 'Forbid', limits: { runMs: 60_000 } })
  async import({ log, signal }: FunctionContext) {
    for (let batch = 1; ; batch++) {
      log(`batch ${batch}`);
      await setTimeout(100, undefined, { signal });
    }
  }
}
