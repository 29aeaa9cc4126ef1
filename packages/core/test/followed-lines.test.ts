import { expect, it } from 'vitest';
import { collect } from './support/collect.ts';
import { httpHost } from './support/http-host.ts';

it('whoever follows a log cannot change what the others read of it', async () => {
  await using host = await httpHost();
  const { id } = await host.runyard.jobs.create({ name: 'gated', command: ['gated'] });
  const run = await host.runyard.jobs.start(id);
  const { log } = await host.gate.next();
  const follow = () => host.runyard.runs.logs(run.id, { follow: true });
  const change = async () => {
    for await (const line of follow()) (line as { text: string }).text = 'changed';
  };
  const changing = expect(change()).rejects.toThrow(TypeError);
  const others = [collect(follow()), collect(follow())];
  log('1');
  await changing;
  log('2');
  host.gate.open();
  for (const other of others) expect((await other).map(({ text }) => text.trim())).toEqual(['1', '2']);
  expect((await collect(host.runyard.runs.logs(run.id, { tail: 2 }))).every(Object.isFrozen)).toBe(true);
});
