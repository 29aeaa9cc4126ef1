import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { systemClock } from '../src/adapters/system-clock/system-clock.ts';

const clock = systemClock();

it('a sleep lasts as long as it says', async () => {
  const before = clock.monotonic();
  const done = clock.sleep(20, new AbortController().signal);
  const kept = setTimeout(() => {}, 10_000); // the sleep alone would not keep us
  await done;
  clearTimeout(kept);
  expect(clock.monotonic() - before).toBeGreaterThanOrEqual(19);
});

it('a sleep rejects with the reason of its signal, before and during', async () => {
  const stop = new AbortController();
  const sleeping = clock.sleep(60_000, stop.signal);
  stop.abort('enough');
  await expect(sleeping).rejects.toBe('enough');
  await expect(clock.sleep(1, stop.signal)).rejects.toBe('enough');
});

it('a sleep of more than Node’s longest timer does not end at once', async () => {
  const stop = new AbortController();
  const sleeping = clock.sleep(2 ** 40, stop.signal);
  await expect(Promise.race([sleeping, clock.sleep(20, stop.signal).then(() => 'asleep')])).resolves.toBe('asleep');
  stop.abort('over');
  await expect(sleeping).rejects.toBe('over');
});

it('a sleep does not keep the process alive', () => {
  const url = new URL('../src/adapters/system-clock/system-clock.ts', import.meta.url).href;
  const program = `import { systemClock } from '${url}'; systemClock().sleep(60_000, new AbortController().signal);`;
  const { status, signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    timeout: 20_000,
  });
  expect({ status, signal }).toEqual({ status: 0, signal: null });
});
