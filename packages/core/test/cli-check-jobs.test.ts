import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { checkJobs } from '../src/cli/client/check-jobs.ts';
import { createClient } from '../src/cli/client/client.ts';

it('checks of all jobs together end in time, and what was not asked by then says so', async () => {
  const answered = new Set<string>();
  // It answers the first, and of the others nobody knows.
  const server = createServer((request, response) => {
    if (answered.size > 0) return;
    answered.add(request.url ?? '');
    response.end(JSON.stringify({ findings: [] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = createClient({ url, token: 'ryd_x', patienceMs: undefined });
    const jobs = Array.from({ length: 9 }, (_, n) => ({ name: `job ${n}`, id: `${n}` }));
    const checked = await checkJobs(client, jobs, { mostMs: 300 });
    expect(checked.map(({ name }) => name)).toEqual(jobs.map(({ name }) => name));
    const codes = checked.flatMap(({ findings }) => findings.map(({ code, severity }) => `${severity} ${code}`));
    expect(codes).toEqual(Array.from({ length: 8 }, () => 'warning not-asked'));
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});
