import { describeExecutor, executorInput, scriptLaunch } from '@runyard/core/testing';
import { describe, expect, it } from 'vitest';
import { webhookExecutor } from '../webhook-executor.ts';
import { agentUnderTest } from './agent-under-test.ts';
import { strangeServer } from './strange-server.ts';

const { signal } = new AbortController();
const unavailable = expect.objectContaining({ code: 'executor-unavailable' });

// The agent finds the processes of an attempt in /proc.
const onLinux = describe.skipIf(process.platform !== 'linux');

onLinux('the webhook executor keeps the rules of the port', () => {
  describeExecutor({ describe, it, expect, create: agentUnderTest });
});

onLinux('only the agent itself can say that an attempt is missing', () => {
  it('not a proxy in front of it that knows no such page, nor one whose upstream is down', async () => {
    for (const status of [404, 410, 502]) {
      await using proxy = await strangeServer(status);
      const executor = webhookExecutor({ url: proxy.url, token: 'secret' });
      const handle = { v: 1, place: 'somewhere', id: 'one', key: 'one.1' };
      await expect(executor.inspect(handle, signal)).rejects.toEqual(unavailable);
      await expect(executor.remove(handle, signal)).rejects.toEqual(unavailable);
    }
  });

  it('not an agent that does not know the token', async () => {
    const under = await agentUnderTest({ token: 'another' });
    await expect(under.executor.place(signal)).rejects.toEqual(unavailable);
    await under.dispose();
  });
});

it('what an agent cannot run is refused at save, with the field', () => {
  const { parseSpec } = webhookExecutor({ url: 'http://worker', token: 'secret' });
  expect(parseSpec(executorInput())).toEqual({});
  expect(() => parseSpec(executorInput({ image: 'node:24' }))).toThrow(
    expect.objectContaining({ code: 'unsupported-by-executor', field: 'image' }),
  );
});

onLinux('a secret file that would leave the workspace', () => {
  it('fails the start, and is not written', async () => {
    const { executor, dispose } = await agentUnderTest();
    const secrets = [{ type: 'file' as const, location: '../../place', value: 'x' }];
    const launch = scriptLaunch({ deed: { does: 'print', text: 'ran' }, secrets });
    const handle = await executor.prepare(launch, signal);
    await executor.start(handle, { launch, signal });
    const outcome = await executor.wait(handle, { signal, onProgress() {} });
    expect(outcome).toMatchObject({ class: 'start-failed', sentence: expect.stringContaining('outside') });
    await dispose();
  });
});
