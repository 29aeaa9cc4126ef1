import { Logger } from '@nestjs/common';
import type { Runyard } from '@runyard/core';
import { madeByHost } from '../open-runyard.ts';

const logger = new Logger('RunyardModule');

/** Tells a host that its Runyard runs before its methods are known: a run of theirs that waited from before has failed by now. */
export const warnIfStarted = async (runyard: Runyard): Promise<void> => {
  if (!madeByHost(runyard) || (await runyard.health()).lastTickAgoMs === null) return;
  logger.warn(
    'This Runyard was started before the methods of @Job are known, so that a run of theirs that waits from before fails with unknown-function. ' +
      'Make it by createRunyard({ autoStart: false }), and start it when the application is ready.',
  );
};
