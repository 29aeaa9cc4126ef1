import { describeExecutor } from '@runyard/core/testing';
import { describe, expect, it } from 'vitest';
import { dockerRuns, useDocker } from '../../../test/engines/use-docker.ts';
import { dockerUnderTest } from './support/docker-under-test.ts';

describe.skipIf(!dockerRuns)('the Docker executor keeps the rules of the port', () => {
  const engine = useDocker();
  describeExecutor({ describe, it, expect, create: () => dockerUnderTest(engine()) });
});
