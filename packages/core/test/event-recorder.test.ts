import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Runyard } from '../src/services/runyard.ts';
import { runyardEventNames } from '../src/testing/event-recorder/event-names.ts';
import { EventRecorder, type EventSource } from '../src/testing/event-recorder/event-recorder.ts';

interface Events {
  ready: { n: number };
  gone: { why: string };
}

const recording = (timeoutMs = 5) => {
  const emitter = new EventEmitter();
  const source = emitter as unknown as EventSource<Events>;
  return { emitter, recorder: new EventRecorder<Events>(source, { names: ['ready', 'gone'], timeoutMs }) };
};

describe('waitFor', () => {
  it('finds what was recorded before the wait', async () => {
    const { emitter, recorder } = recording();
    emitter.emit('ready', { n: 1 });
    emitter.emit('ready', { n: 2 });
    await expect(recorder.waitFor('ready', ({ n }) => n === 2)).resolves.toEqual({ n: 2 });
    await expect(recorder.waitFor('ready')).resolves.toEqual({ n: 1 });
    await expect(recorder.waitFor('ready')).resolves.toEqual({ n: 1 });
  });

  it('waits for what has not come yet', async () => {
    const { emitter, recorder } = recording(10_000);
    const wait = recorder.waitFor('ready', ({ n }) => n === 2);
    emitter.emit('ready', { n: 1 });
    emitter.emit('ready', { n: 2 });
    await expect(wait).resolves.toEqual({ n: 2 });
  });

  it('gives up with an account of what was seen', async () => {
    const { emitter, recorder } = recording();
    emitter.emit('ready', { n: 1 });
    emitter.emit('gone', { why: 'tired' });
    await expect(recorder.waitFor('ready', ({ n }) => n === 2)).rejects.toThrow(
      /Waited 5 ms for 'ready'\. 1 of that name came.*Recorded: 2:\n {2}ready \{ n: 1 \}\n {2}gone \{ why: 'tired' \}/,
    );
  });

  it('gives up when its signal says so, and keeps the reason', async () => {
    const { recorder } = recording(10_000);
    const stop = new AbortController();
    const wait = recorder.waitFor('gone', undefined, { signal: stop.signal });
    stop.abort('enough');
    await expect(wait).rejects.toMatchObject({ message: expect.stringContaining('aborted'), cause: 'enough' });
    await expect(recorder.waitFor('gone', undefined, { signal: stop.signal })).rejects.toThrow('aborted');
  });
});

describe('next', () => {
  it('gives each event once, in order, whether it came before the wait or after', async () => {
    const { emitter, recorder } = recording(10_000);
    emitter.emit('ready', { n: 1 });
    const first = recorder.next('ready');
    const second = recorder.next('ready');
    emitter.emit('ready', { n: 2 });
    await expect(Promise.all([first, second])).resolves.toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('does not give again what it passed over', async () => {
    const { emitter, recorder } = recording();
    emitter.emit('ready', { n: 1 });
    emitter.emit('ready', { n: 2 });
    await recorder.next('ready', ({ n }) => n === 2);
    await expect(recorder.next('ready')).rejects.toThrow('Waited');
    expect(recorder.all('ready')).toEqual([{ n: 1 }, { n: 2 }]);
  });
});

describe('dispose', () => {
  it('lets go of the emitter and of open waits', async () => {
    const { emitter, recorder } = recording(10_000);
    const wait = recorder.next('ready');
    recorder[Symbol.dispose]();
    await expect(wait).rejects.toThrow('disposed');
    expect([emitter.listenerCount('ready'), emitter.listenerCount('gone')]).toEqual([0, 0]);
  });
});

it('a Runyard is recorded whole: every event of the port has its name here', () => {
  const emitter = new EventEmitter();
  const runyard = emitter as unknown as Pick<Runyard, 'on' | 'off'>;
  using recorder = new EventRecorder(runyard);
  for (const name of runyardEventNames) emitter.emit(name, { at: 1 });
  expect(recorder.recorded.map((event) => event.name)).toEqual(runyardEventNames);
});
