import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Handle, isRunyardError } from '@runyard/core';
import { afterEach, describe, expect, it } from 'vitest';
import type { DockerEngine } from '../../../test/engines/use-docker.ts';
import { dockerRuns, startDocker } from '../../../test/engines/use-docker.ts';
import { docker } from './support/docker-command.ts';
import { carriers } from './support/docker-under-test.ts';
import { until } from './support/until.ts';
import { useWorkbench, type Workbench } from './support/workbench.ts';

// As Runyard does it: who could not ask asks again.
const patiently = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isRunyardError(error) || error.code !== 'executor-unavailable') throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};

describe.skipIf(!dockerRuns)('an engine that ends while jobs run', () => {
  let engine: DockerEngine | undefined;
  const current = (): DockerEngine => {
    if (!engine) throw new Error('no engine was started');
    return engine;
  };
  afterEach(async () => {
    await engine?.[Symbol.asyncDispose]();
    engine = undefined;
  });
  const bench = useWorkbench(current);

  const begun = async ({ start, launch, output }: Workbench, sh: string): Promise<Handle> => {
    const mounts = [{ source: join(current().dir, 'go'), target: '/go' }];
    const handle = await start(launch({ sh: `echo begun; ${sh}`, spec: { owner: 'user:a', wishes: { mounts } } }));
    await until(async () => (await output(handle)).toString().startsWith('begun\n'), 'it to begin');
    return handle;
  };

  // Both signals, with live-restore and without, are proved with a whole Runyard: test/docker.
  it('by SIGKILL, with live-restore: they go on, and every end and every line is told', async () => {
    engine = await startDocker({ liveRestore: true });
    const made = bench({ mounts: [{ source: join(engine.dir, 'go') }] });
    // One ends before the engine, one while it is away, one after it is back.
    const go = join(engine.dir, 'go');
    await mkdir(go);
    const handles = [
      await begun(made, 'exit 3'),
      await begun(made, 'until [ -e /go/away ]; do sleep 0.05; done; echo late; exit 4'),
      await begun(made, 'until [ -e /go/back ]; do sleep 0.05; done; echo later; kill -KILL $$'),
    ];
    const waiting = handles.map((handle) => patiently(() => made.outcome(handle)));
    const reading = handles.map((handle) => patiently(async () => textOf(made, handle)));
    await waiting[0];
    await engine.end('SIGKILL');
    await expect(made.executor.place(made.signal)).rejects.toMatchObject({ code: 'executor-unavailable' });
    await writeFile(join(go, 'away'), '');
    await until(async () => (await carriers(`RUNYARD_ATTEMPT=${handles[1]?.key}`)) === 0, 'the second one to end');
    await engine.begin();
    await writeFile(join(go, 'back'), '');
    expect(await Promise.all(waiting)).toMatchObject([
      { class: 'exited', code: 3 },
      { class: 'exited', code: 4 },
      { class: 'signalled', signal: 'SIGKILL' },
    ]);
    // Every line that the engine has, once. What was printed while it was away it may have lost.
    const kept = handles.map(({ id }) => docker(current(), 'logs', String(id)));
    expect(await Promise.all(reading)).toEqual((await Promise.all(kept)).map(withoutMarks));
  });
});

const withoutMarks = (text: string): string =>
  `${text}\n`
    .split('\n')
    .filter((line) => !line.startsWith('\u001e'))
    .join('\n');

const textOf = async ({ executor, signal }: Workbench, handle: Handle): Promise<string> => {
  let text = '';
  let after: string | undefined;
  for (;;) {
    const from = after === undefined ? {} : { after };
    try {
      for await (const { bytes, cursor } of executor.logs?.(handle, { ...from, follow: true, signal }) ?? []) {
        after = cursor;
        if (bytes[0] !== 0x1e) text += Buffer.from(bytes);
      }
      return text;
    } catch (error) {
      if (!isRunyardError(error) || error.code !== 'executor-unavailable') throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};
