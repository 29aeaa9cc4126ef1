import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askPostgres } from '../postgres/ask-postgres.ts';
import { startDatabase, type TestDatabase } from './database.ts';
import { type HostProcess, startHostProcess } from './host/host-process.ts';
import type { HostSetup } from './host/setup.ts';
import { readSaid, reporting } from './jobs/executions.ts';
import { leftOfAttempts } from './leftovers.ts';

describe('a host that is stopped past its lease', () => {
  let dir: string;
  let shared: string;
  let server: TestDatabase;
  const hosts: HostProcess[] = [];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'runyard-zombie-'));
    shared = join(dir, 'shared');
    mkdirSync(shared);
    server = await startDatabase(null);
  });
  afterAll(async () => {
    for (const host of hosts) await host.kill();
    await server[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  const setupOf = (name: string): HostSetup => ({
    dataDir: join(dir, name),
    database: server.database,
    storeTime: null,
    leaseMs: 1500,
    shared,
    dieAt: null,
  });

  it('writes nothing any more once it goes on: the run is that of who adopted it', async () => {
    const adopted = Promise.withResolvers<void>();
    const lost = Promise.withResolvers<void>();
    const zombie = await startHostProcess(setupOf('zombie'), ({ news }) => news === 'lost' && lost.resolve());
    hosts.push(zombie);
    const body = `echo first; until [ -e '${dir}/stop' ]; do sleep 0.05; done; echo last`;
    const job = { name: 'long', executor: 'shared', command: reporting(join(dir, 'said'), body) };
    const [jobId = ''] = await zombie.call('apply', [job]);
    const runId = await zombie.call('start', jobId);
    const other = await startHostProcess(setupOf('other'), ({ news }) => news === 'adopted' && adopted.resolve());
    hosts.push(other);
    await zombie.call('running', runId);

    zombie.signal('SIGSTOP');
    await adopted.promise;
    zombie.signal('SIGCONT');
    writeFileSync(join(dir, 'stop'), '');
    await lost.promise;

    const { run, log } = await other.call('outcome', runId);
    expect(run).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect(log).toBe('first\nlast\n');
    expect(readSaid(join(dir, 'said')).map(({ what, key }) => `${what} ${key}`)).toEqual([
      `begin ${runId}.1`,
      `end ${runId}.1`,
    ]);
    expect(await server.unfenced()).toEqual([]);
    expect(leftOfAttempts(dir, [shared])).toEqual([]);
  });

  it('would be seen if it wrote', async () => {
    const { url, schema } = server.database;
    const [[instance] = []] = await askPostgres(url, 'SELECT instance FROM audit.hosts LIMIT 1');
    await askPostgres(url, `UPDATE "${schema}".runs SET lease_instance = '${instance}', lease_epoch = lease_epoch + 1`);
    expect(await server.unfenced()).toEqual([]);
    await askPostgres(url, `UPDATE "${schema}".runs SET sentence = 'from the dead'`);
    expect(await server.unfenced()).toHaveLength(1);
  });
});
