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

it('over plain HTTP, where browsers do not send `Sec-Fetch-Site`, a page of another site is known by its `Origin`', async () => {
  await using host = await httpHost({}, { authenticate: session });
  const job = await host.runyard.jobs.create({ name: 'gated', command: ['gated'] });
  const path = `/api/jobs/${job.id}/start`;
  const start = async (headers: Record<string, string>, at = host.origin) => {
    const init = { method: 'POST', headers: { cookie, ...headers } };
    return (await (at === host.origin ? fetch(at + path, init) : host.app.fetch(new Request(at + path, init)))).status;
  };

  const other = host.origin.replace(/\d+$/, '1');
  for (const origin of ['http://evil.example', other, 'null', 'nonsense'])
    expect([origin, await start({ origin })]).toEqual([origin, 403]);
  expect((await host.runyard.runs.list()).items).toEqual([]);

  expect(await start({ origin: host.origin })).toBe(200);
  // Behind what takes TLS off.
  expect(await start({ origin: 'https://ops.example' }, 'http://ops.example')).toBe(200);
  expect(await start({ origin: 'https://ops.example' }, 'http://ops.example:443')).toBe(200);
  expect(await start({ origin: 'http://evil.example', 'content-type': 'application/json' })).toBe(200);
  expect(await start({ origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' })).toBe(200);
  expect(await start({})).toBe(200);
});
