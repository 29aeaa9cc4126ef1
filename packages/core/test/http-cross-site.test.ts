import { expect, it } from 'vitest';
import { httpHost } from './support/http-host.ts';

const cookie = 'session=1';
const session = (request: Request) =>
  request.headers.get('cookie') === cookie ? ({ kind: 'user', id: 'ada', admin: true } as const) : null;

it('a page of another site starts nothing with the cookie of somebody else: what needs no leave of ours is refused, the rest goes on', async () => {
  await using host = await httpHost({}, { authenticate: session });
  const job = await host.runyard.jobs.create({ name: 'gated', command: ['gated'] });
  const start = async (headers: Record<string, string>) =>
    (
      await host.app.fetch(
        new Request(`http://host/api/jobs/${job.id}/start`, { method: 'POST', headers: { cookie, ...headers } }),
      )
    ).status;
  const from = (site: string, type?: string) => ({ 'sec-fetch-site': site, ...(type && { 'content-type': type }) });

  for (const site of ['cross-site', 'same-site'])
    for (const type of [
      undefined,
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ])
      expect([site, type, await start(from(site, type))]).toEqual([site, type, 403]);
  expect((await host.runyard.runs.list()).items).toEqual([]);

  expect(await start(from('same-origin'))).toBe(200);
  expect(await start(from('none'))).toBe(200);
  expect(await start({})).toBe(200);
  expect(await start(from('cross-site', 'application/json'))).toBe(200);
});
