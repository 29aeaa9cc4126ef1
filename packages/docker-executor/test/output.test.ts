import { join } from 'node:path';
import type { LogChunk } from '@runyard/core';
import { ManualClock } from '@runyard/core/testing';
import Docker from 'dockerode';
import { describe, expect, it } from 'vitest';
import { dockerRuns, useDocker } from '../../../test/engines/use-docker.ts';
import { createEngine } from '../src/engine/engine.ts';
import { createEvents } from '../src/engine/events.ts';
import type { DockerHandle } from '../src/handle.ts';
import { readLog } from '../src/logs/read-log.ts';
import { docker } from './support/docker-command.ts';
import { socketProxy } from './support/socket-proxy.ts';
import { until } from './support/until.ts';
import { useWorkbench, type Workbench } from './support/workbench.ts';

const chunksOf = async (
  { executor, signal }: Workbench,
  handle: Parameters<Workbench['outcome']>[0],
  after?: string,
) => {
  const chunks: LogChunk[] = [];
  const from = after === undefined ? {} : { after };
  for await (const chunk of executor.logs?.(handle, { ...from, signal }) ?? []) chunks.push(chunk);
  return chunks;
};

// The same place has a different name for who begins to read at another.
const bare = (chunks: LogChunk[]): string[] =>
  chunks.map(({ stream, at, bytes }) => `${stream} ${at} ${Buffer.from(bytes).toString('base64')}`);

describe.skipIf(!dockerRuns)('output', () => {
  const engine = useDocker();
  const bench = useWorkbench(engine);

  it('arrives byte for byte, whatever it is', async () => {
    const { run, output } = bench();
    const program =
      'import sys; sys.stdout.buffer.write(bytes(range(256)) * 300); sys.stdout.buffer.write(b"\\xff\\xfe\\r\\n\\x00tail")';
    const { handle } = await run({ sh: `python3 -c '${program}'` });
    const expected = Buffer.concat([
      ...Array.from({ length: 300 }, () => Buffer.from(Array.from({ length: 256 }, (_, i) => i))),
      Buffer.from([0xff, 0xfe, 0x0d, 0x0a, 0x00]),
      Buffer.from('tail'),
    ]);
    // Without the filter of the script's own lines, which begin with the same byte.
    const all = Buffer.concat((await chunksOf(bench(), handle)).map(({ bytes }) => Buffer.from(bytes)));
    expect(all.includes(expected)).toBe(true);
    expect((await output(handle)).length).toBeGreaterThan(0);
  });

  it('a line of many megabytes arrives whole', async () => {
    const { run, output } = bench();
    const { handle } = await run({ sh: `python3 -c 'print("x" * 8_000_000 + "end")'` });
    const seen = (await output(handle)).toString();
    expect([seen.length, seen.endsWith('xend\n')]).toEqual([8_000_004, true]);
  });

  it('of the two streams is told apart', async () => {
    const { run, output } = bench();
    const { handle } = await run({ sh: 'echo out; echo err >&2' });
    expect((await output(handle, 'stdout')).toString()).toBe('out\n');
    expect((await output(handle, 'stderr')).toString()).toBe('err\n');
  });

  it('goes on behind every chunk without loss or repeat, also among equal stamps and in the middle of a long line', async () => {
    const made = bench();
    const { handle } = await made.run({
      sh: `python3 -c '
import sys, time
for i in range(5):
    sys.stdout.write("o" * 40000 + str(i)); sys.stdout.flush()
    for j in range(4): sys.stderr.write(f"e{i}{j}\\n"); sys.stderr.flush()
    time.sleep(0.9)
    sys.stdout.write("\\n"); sys.stdout.flush()
'`,
    });
    const all = await chunksOf(made, handle);
    expect(all.length).toBeGreaterThan(30);
    expect(new Set(all.map(({ cursor }) => cursor)).size).toBe(all.length);
    for (const [i, { cursor }] of all.entries())
      expect(bare(await chunksOf(made, handle, cursor))).toEqual(bare(all.slice(i + 1)));
    // Not by reading all of it again.
    expect(all.at(-1)?.cursor.startsWith('0/')).toBe(false);
  });

  it('that is followed ends whole, also when the attempt ends at once', async () => {
    const { launch, executor, signal } = bench();
    for (let i = 0; i < 5; i++) {
      const job = launch({ sh: 'echo one; echo two' });
      const handle = await executor.prepare(job, signal);
      const reading = (async () => {
        let text = '';
        for await (const { bytes } of executor.logs?.(handle, { follow: true, signal }) ?? [])
          text += Buffer.from(bytes);
        return text;
      })();
      await executor.start(handle, { launch: job, signal });
      expect(await reading).toMatch(/one\ntwo\n$/);
    }
  });

  it('that is followed over a connection that broke without a word ends whole all the same', async () => {
    const { launch, start, outcome, signal } = bench();
    await using proxy = await socketProxy(join(engine().dir, 'silent.sock'), engine().socket);
    const client = createEngine(new Docker({ socketPath: proxy.path }));
    const clock = new ManualClock();
    const events = createEvents(client, clock);
    const handle = await start(launch({ sh: 'echo begun; until [ -e go ]; do sleep 0.05; done; echo over' }));
    const verifyPlace = async () => {};
    let text = '';
    const reading = (async () => {
      const options = { engine: client, events, clock, follow: true, signal, verifyPlace };
      for await (const { bytes } of readLog(handle as DockerHandle, options)) text += Buffer.from(bytes);
    })();
    await until(async () => text.endsWith('begun\n'), 'it to begin');
    proxy.freeze();
    await docker(engine(), 'exec', String(handle.id), 'touch', 'go');
    await outcome(handle);
    let ended = false;
    reading.finally(() => {
      ended = true;
    });
    await until(async () => {
      await clock.advance(5_000);
      return ended;
    }, 'the log to end');
    await reading;
    events.close();
    expect(text).toMatch(/begun\nover\n$/);
  });

  it('that the engine has forgotten meanwhile costs nothing of what it still has, and is told', async () => {
    const made = bench();
    const { handle } = await made.run({ sh: 'echo one; echo two; echo three' });
    const all = await chunksOf(made, handle);
    const [anchor, count] = all.at(-2)?.cursor.split('/') ?? [];
    // As if the frames that were counted were others.
    const after = `${anchor}/${count}/2020-01-01T00:00:00.000000000Z`;
    const [gap, ...rest] = await chunksOf(made, handle, after);
    expect(Buffer.from(gap?.bytes ?? []).toString()).toMatch(/^runyard: the engine has forgotten/);
    expect(bare(rest)).toEqual(bare(all));
    expect(bare(await chunksOf(made, handle, gap?.cursor))).toEqual(bare(all));
    expect(await chunksOf(made, handle, rest.at(-1)?.cursor)).toEqual([]);
  });

  it('a cursor of another executor is refused', async () => {
    const made = bench();
    const { handle } = await made.run({ sh: 'true' });
    await expect(chunksOf(made, handle, 'nonsense')).rejects.toMatchObject({ code: 'invalid-request', field: 'after' });
  });
});
