import type { Handle } from '@runyard/core';
import { describe, expect, it } from 'vitest';
import { type RecordedCall, readRecording } from '../../../test/engines/k8s/replay/recording.ts';
import { startReplay } from '../../../test/engines/k8s/replay.ts';
import { playable, type Stage, stageOf } from './support/play.ts';
import { seeded } from './support/seeded.ts';

/** What the recording's author read of the container `job` at the end, without timestamps. */
const recordedLog = (name: string): string => {
  const calls = readRecording(name).filter((line): line is RecordedCall => line.kind === 'http');
  const last = calls.findLast(
    ({ request, response }) => request.path.endsWith('/log?container=job') && response.status === 200,
  );
  return String(last?.response.body ?? '');
};

const rowOf = (name: string) => {
  const row = playable.find((one) => one.name === name);
  if (!row) throw new Error(`no recording ${name} that can be played`);
  return row;
};

const read = async (
  { executor, signal }: Stage,
  handle: Handle,
  { follow, onBroken = () => {} }: { follow: boolean; onBroken?: () => void },
): Promise<string> => {
  const parts: Uint8Array[] = [];
  let after: string | undefined;
  for (;;) {
    try {
      const options = { follow, signal, ...(after !== undefined && { after }) };
      for await (const { bytes, cursor } of executor.logs?.(handle, options) ?? []) {
        parts.push(bytes);
        after = cursor;
      }
      return Buffer.concat(parts).toString();
    } catch (error) {
      // As the engine does: it goes on from what it has.
      if ((error as { code?: string }).code !== 'executor-unavailable') throw error;
      onBroken();
    }
  }
};

describe('the log of a recorded run', () => {
  it.each(['01-success', '27-log-shapes'])('%s is what was written, followed or read at the end', async (name) => {
    await using replay = await startReplay({ speed: 20 });
    await using stage = await stageOf(replay);
    await using unfollowed = await stageOf(replay, { followLogs: 0 });
    for (const one of [stage, unfollowed]) {
      const begun = Promise.withResolvers<Handle>();
      const reading = begun.promise.then((handle) => read(one, handle, { follow: true }));
      const { handle } = await one.play(rowOf(name), begun.resolve);
      expect(await reading).toBe(recordedLog(name));
      expect(await read(one, handle, { follow: false })).toBe(recordedLog(name));
      await one.remove(handle);
    }
  });

  it('is whole and told once where its streams are cut at random', async () => {
    const random = seeded(5);
    await using replay = await startReplay({ speed: 20, faults: { random, cutLogs: 0.5, cut: 0.02 } });
    await using stage = await stageOf(replay);
    let broken = 0;
    const one = async (): Promise<string> => {
      const begun = Promise.withResolvers<Handle>();
      const reading = begun.promise.then((handle) =>
        read(stage, handle, { follow: true, onBroken: () => void broken++ }),
      );
      await stage.play(rowOf('27-log-shapes'), begun.resolve);
      return reading;
    };
    const wanted = recordedLog('27-log-shapes');
    const seen = await Promise.all(Array.from({ length: 40 }, one));
    expect(seen.filter((text) => text !== wanted)).toEqual([]);
    expect(broken).toBeGreaterThan(5);
  });
});
