import { describe, expect, it } from 'vitest';
import { describeExecutor } from '../src/testing/describe-executor/describe-executor.ts';
import { processUnderTest } from './support/process-under-test.ts';

describe.skipIf(process.platform === 'win32')('the process executor keeps the rules of the port', () => {
  describeExecutor({ describe, it, expect, create: processUnderTest });
});
