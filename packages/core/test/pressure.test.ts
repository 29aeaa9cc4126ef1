import { describe, expect, it } from 'vitest';
import { EventRecorder } from '../src/testing/event-recorder/event-recorder.ts';
import { hangs } from '../src/testing/scripted-executor/behaviour.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';
import { httpHost, read } from './support/http-host.ts';
import { storeBehindDoor } from './support/hung-store.ts';

const timings = { storeTimeoutMs: 600, storeSlowMs: 100 };

const hostBehindDoor = async () => {
  const { door, store } = storeBehindDoor();
  const host = await httpHost({}, { store, timings });
  const events = new EventRecorder(host.runyard);
  return {
    ...host,
    door,
    events,
    async [Symbol.asyncDispose]() {
      door.open();
      events.dispose();
      await host[Symbol.asyncDispose]();
    },
  };
};

describe('a store that does not answer', () => {
  it('refuses starts with 503 and Retry-After, says so, and takes them again when it answers', async () => {
    await using host = await hostBehindDoor();
    const { id } = await host.job({ command: ['say'] });
    host.door.shut();
    const start = () => read(host.call('POST', `/api/jobs/${id}/start`));
    const refused = await start();
    expect(refused).toMatchObject({ status: 503, body: { code: 'store-unavailable' } });
    expect(refused.headers.get('retry-after')).toBe('5');
    const entered = await host.events.waitFor('engine.pressure', ({ state }) => state === 'entered');
    expect(entered).toMatchObject({ reason: 'store-slow', figures: { slowestMs: expect.any(Number) } });
    const ready = await read(host.call('GET', '/api/readyz'));
    expect([ready.status, ready.body.status]).toEqual([503, 'unavailable']);
    expect(await read(host.call('GET', '/api/healthz'))).toMatchObject({ status: 200 });
    expect(await host.runyard.health()).toMatchObject({
      status: 'degraded',
      store: 'unavailable',
      pressure: [{ reason: 'store-slow', since: entered.since, sentence: entered.sentence }],
    });
    expect(host.runyard.stats()).toMatchObject({ pressures: 1, pressuresEntered: 1 });

    host.door.open();
    await host.events.waitFor('engine.pressure', ({ state }) => state === 'left');
    expect((await read(host.call('GET', '/api/readyz'))).body.status).toBe('ok');
    const accepted = await start();
    expect(accepted.status).toBe(200);
    expect(await host.runyard.runs.wait(accepted.body.run.id)).toMatchObject({ state: 'succeeded' });
    await host.runyard.close();
    expect(host.runyard.stats()).toMatchObject({ pressures: 0, commitsInFlight: 0, commitsWaiting: 0 });
  });

  it('asks nobody to wait once it is known to be silent', async () => {
    await using host = await hostBehindDoor();
    const { id } = await host.job({ command: ['say'] });
    host.door.shut();
    const hung = host.runyard.jobs.get(id).catch(() => {});
    await host.events.waitFor('engine.pressure');
    while (host.runyard.stats().storeSilentMs < timings.storeTimeoutMs / 2)
      await new Promise((resolve) => setTimeout(resolve, 5));
    const { waiting } = host.door;
    await expect(host.runyard.jobs.start(id)).rejects.toThrow(/the start was not accepted/);
    expect(host.door.waiting).toBe(waiting);
    host.door.open();
    await hung;
  });

  it('to one change of a run: it is made again, and the run ends', async () => {
    await using host = await hostBehindDoor();
    const { id: jobId } = await host.job({ command: ['say'] });
    const came = host.door.hold((change) => change.kind === 'run.write' && change.run.state === 'succeeded');
    const { id } = await host.runyard.jobs.start(jobId);
    await came;
    expect(await host.runyard.runs.wait(id)).toMatchObject({ state: 'succeeded', attempt: 1 });
    host.door.open(); // what was held is late now, and meets its own repetition
    expect(await host.runyard.runs.get(id)).toMatchObject({ state: 'succeeded', attempts: [{ attempt: 1 }] });
  });

  it('to an admission until long after: the run is ours and runs once', async () => {
    await using host = await hostBehindDoor();
    // Not admitted together with its start.
    const { id: jobId } = await host.job({ command: ['gated'], concurrency_policy: 'Forbid' });
    const admission = () => host.door.hold((change) => change.kind === 'attempt.insert');
    const first = admission();
    const { id } = await host.runyard.jobs.start(jobId);
    await first;
    // Given up by then, the engine has looked for what it may have been given, and has found nothing.
    const second = admission();
    await second;
    host.door.open(); // the first is done now, and the second meets it
    await host.gate.next();
    host.gate.open();
    expect(await host.runyard.runs.wait(id)).toMatchObject({ state: 'succeeded', attempt: 1 });
  });

  it('and then does: every start that was accepted has its run, and every run its end', async () => {
    await using host = await hostBehindDoor();
    const { id: jobId } = await host.job({ command: ['say'] });
    const starts = Array.from({ length: 100 }, async (_, n) => {
      if (n === 20) host.door.shut();
      return host.runyard.jobs.start(jobId);
    });
    await host.events.waitFor('engine.pressure');
    host.door.open();
    const settled = await Promise.allSettled(starts);
    const accepted = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []));
    const ends = await Promise.all(accepted.map((id) => host.runyard.runs.wait(id)));
    expect(ends.map(({ state }) => state)).toEqual(accepted.map(() => 'succeeded'));
    for (const one of settled)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'store-unavailable' });
  });
});

describe('launches that take long', () => {
  it('while others wait for theirs are said, once, until they are over', async () => {
    await using t = await testRunyard({
      limits: { launches: 2 },
      script: () => hangs({ prepareMs: 60_000 }),
    });
    const { id: jobId } = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    for (let n = 0; n < 3; n++) await t.runyard.jobs.start(jobId);
    await t.clock.advance(30_000);
    expect(t.events.all('engine.pressure')).toMatchObject([
      { state: 'entered', reason: 'launch-queue-full', figures: { launching: 2 } },
    ]);
    // They are no fault of anything: it is shown, and degrades nothing.
    expect(await t.runyard.health()).toMatchObject({ status: 'ok', pressure: [{ reason: 'launch-queue-full' }] });
    await t.clock.advance(60_000);
    expect(t.events.all('engine.pressure')).toMatchObject([{}, { state: 'left', reason: 'launch-queue-full' }]);
    expect((await t.runyard.health()).status).toBe('ok');
  });
});
