import { get } from 'node:http';
import { describe, expect, it } from 'vitest';
import { dockerRuns, useDocker } from '../../../test/engines/use-docker.ts';

describe.skipIf(!dockerRuns)('the engine of the tests', () => {
  const engine = useDocker();
  it('comes back after it was killed', async () => {
    const ping = (): Promise<number | undefined> =>
      new Promise((resolve, reject) =>
        get({ socketPath: engine().socket, path: '/_ping' }, (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode));
        }).on('error', reject),
      );
    expect(await ping()).toBe(200);
    await engine().end('SIGKILL');
    await expect(ping()).rejects.toThrow();
    await engine().begin();
    expect(await ping()).toBe(200);
  });
});
