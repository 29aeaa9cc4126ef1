import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../src/access/principal.ts';
import { mintToken } from '../src/access/token.ts';
import { newTokenText } from '../src/access/token-text.ts';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { RunyardError } from '../src/domain/errors.ts';
import { createHttpApp } from '../src/http/create-http-app.ts';
import type { RunyardOptions } from '../src/services/options.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { type HttpHost, httpHost, read } from './support/http-host.ts';
import { people } from './support/people.ts';

const asToken = (token: string) => ({ headers: { authorization: `token ${token}` } });
const status = async (response: Promise<Response>): Promise<number> => (await read(response)).status;

describe('who is asking', () => {
  it("a token of the directory is its user's over HTTP, beside the host's own records", async () => {
    await using host = await httpHost({}, { directory: true, tokens: [ofHost.record] });
    const ann = await host.runyard.users.create({ name: 'ann' });
    const { token } = await host.runyard.tokens.mint({ name: 'cli', userId: ann.id });
    const job = { body: { name: 'mine', command: ['gated'] } };
    const made = await read(host.call('POST', '/api/jobs', { ...job, ...asToken(token) }));
    expect(made.status).toBe(201);
    expect((await host.runyard.jobs.list({ owner: `user:${ann.id}` })).items.map(({ id }) => id)).toEqual([
      made.body.id,
    ]);
    expect(await status(host.call('GET', '/api/jobs', asToken(ofHost.token)))).toBe(200);
  });

  it('a token of another installation is as unknown as one that was never made', async () => {
    await using host = await httpHost({}, { directory: true });
    await using other = await people();
    const bob = await other.user('bob');
    const answers = await Promise.all(
      [bob.token, newTokenText('ryd_'), 'ryd_nonsense', `${bob.token}x`].map((token) =>
        read(host.call('GET', '/api/jobs', asToken(token))),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  it('what looks like no token of ours costs the store no read', async () => {
    await using p = await people();
    let reads = 0;
    const lookup = p.store.documentByLookup;
    p.store.documentByLookup = (kind, text) => {
      reads++;
      return lookup(kind, text);
    };
    await p.bearer('ryd_0000000000000000000000000000000000000000000000000');
    await p.bearer('Bearer-of-something-else');
    expect(reads).toBe(0);
    await p.bearer(newTokenText('ryd_'));
    expect(reads).toBe(1);
  });

  it('what a principal may do is read afresh at each request: groups, the admin flag, and that he is there', async () => {
    await using p = await people();
    const ann = await p.user('ann');
    const lab = await p.all.groups.create({ name: 'lab' });
    const groups = async () => (await (await ann.as()).users.me()).groups.map(({ id }) => id);
    expect(await groups()).toEqual([]);
    await p.all.groups.addMember(lab.id, ann.id);
    expect(await groups()).toEqual([lab.id]);
    await p.all.groups.removeMember(lab.id, ann.id);
    expect(await groups()).toEqual([]);
    await p.all.users.update(ann.id, { admin: true });
    expect((await (await ann.as()).users.me()).admin).toBe(true);
    await p.all.users.remove(ann.id);
    expect(await p.bearer(ann.token)).toBeNull();
  });

  it('a store that cannot be asked is 503, and no refusal of the token', async () => {
    const store = memoryStore();
    await using host = await httpHost({}, { directory: true, store });
    store.documentByLookup = () => Promise.reject(new RunyardError('store-unavailable', 'away'));
    expect(await status(host.call('GET', '/api/jobs', asToken(newTokenText('ryd_'))))).toBe(503);
  });
});

describe("the host's `authenticate`", () => {
  const named = (principal: Principal | null): RunyardOptions => ({
    directory: true,
    authenticate: (request) => (request.headers.get('x-user') === null ? null : principal),
  });
  const x = { headers: { 'x-user': 'yes', authorization: '' } };

  it('wins, and whom it names is looked up by his external id: he has the groups and the rights of the directory', async () => {
    await using host = await httpHost({}, named({ kind: 'user', id: 'corp-7' }));
    const ann = await host.runyard.users.create({ name: 'ann', externalId: 'corp-7' });
    const lab = await host.runyard.groups.create({ name: 'lab' });
    await host.runyard.groups.addMember(lab.id, ann.id);
    const job = await host.runyard.jobs.create({ name: 'shared', command: ['gated'], owner: `group:${lab.id}` });
    expect(await status(host.call('GET', `/api/jobs/${job.id}`, x))).toBe(200);
    await host.runyard.groups.removeMember(lab.id, ann.id);
    expect(await status(host.call('GET', `/api/jobs/${job.id}`, x))).toBe(404);
    await host.runyard.users.update(ann.id, { admin: true });
    expect(await status(host.call('GET', `/api/jobs/${job.id}`, x))).toBe(200);
  });

  it('names whom it likes: one who is not in the directory is as the host has him', async () => {
    await using host = await httpHost({}, named({ kind: 'user', id: 'guest', groups: ['theirs'] }));
    const job = await host.runyard.jobs.create({ name: 'a', command: ['gated'], owner: 'user:guest' });
    expect(await status(host.call('GET', `/api/jobs/${job.id}`, x))).toBe(200);
  });

  it('narrows: its scopes hold for whom the directory knows too, and so does its word that he is no admin', async () => {
    await using host = await httpHost({}, named({ kind: 'user', id: 'ann', admin: false, scopes: ['jobs:read'] }));
    await host.runyard.users.create({ name: 'ann', admin: true });
    const job = await host.runyard.jobs.create({ name: 'a', command: ['gated'] });
    expect(await status(host.call('GET', `/api/jobs/${job.id}`, x))).toBe(404);
    expect(await status(host.call('POST', '/api/jobs', { ...x, body: { name: 'b', command: ['gated'] } }))).toBe(403);
  });

  it('where it knows nothing of a request, a token of the directory is good, and so is a record given beside it; one given to the routes takes the place of the records', async () => {
    await using host = await httpHost({}, { ...named(null), tokens: [ofHost.record] });
    const ann = await host.runyard.users.create({ name: 'ann' });
    const { token } = await host.runyard.tokens.mint({ name: 'cli', userId: ann.id });
    expect(await status(host.call('GET', '/api/jobs', asToken(token)))).toBe(200);
    expect(await status(host.call('GET', '/api/jobs', asToken(ofHost.token)))).toBe(200);
    const app = createHttpApp(host.runyard, { authenticate: () => null });
    const ask = (text: string) =>
      status(app.fetch(new Request('http://host/api/jobs', { headers: { authorization: `Bearer ${text}` } })));
    expect([await ask(token), await ask(ofHost.token)]).toEqual([200, 401]);
    app.close();
  });

  it('given to the routes rather than to createRunyard, it is asked in the same way', async () => {
    await using host = await httpHost({}, { directory: true });
    const ann = await host.runyard.users.create({ name: 'ann' });
    const app = createHttpApp(host.runyard, { authenticate: () => ({ kind: 'user', id: 'ann' }) });
    const job = await host.runyard.jobs.create({ name: 'a', command: ['gated'], owner: `user:${ann.id}` });
    expect(await status(app.fetch(new Request(`http://host/api/jobs/${job.id}`)))).toBe(200);
    app.close();
  });

  it('that has tokens of its own is not disturbed: guesses at them are its own business', async () => {
    await using host = await httpHost({}, { directory: true, authenticate: () => null });
    for (let i = 0; i < 15; i++) expect(await status(host.call('GET', '/api/jobs', asToken(`theirs-${i}`)))).toBe(401);
  });
});

describe('guesses', () => {
  let host: HttpHost;
  beforeAll(async () => {
    host = await httpHost({}, { directory: true, tokens: [ofHost.record] });
  });
  afterAll(() => host[Symbol.asyncDispose]());

  it('after ten in a minute are 429 with Retry-After, which doubles; a valid token from there is still good', async () => {
    const guess = () => read(host.call('GET', '/api/jobs', asToken(newTokenText('ryd_'))));
    for (let i = 0; i < 10; i++) expect((await guess()).status).toBe(401);
    const waits: string[] = [];
    for (let i = 0; i < 8; i++) {
      const answer = await guess();
      expect(answer).toMatchObject({ status: 429, body: { code: 'too-many-guesses' } });
      waits.push(answer.headers.get('retry-after') ?? '');
    }
    expect(waits).toEqual(['1', '2', '4', '8', '16', '32', '60', '60']);
    expect(await status(host.call('GET', '/api/jobs', asToken(ofHost.token)))).toBe(200);
    const { id } = await host.runyard.users.create({ name: 'ann' });
    const { token } = await host.runyard.tokens.mint({ name: 'cli', userId: id });
    expect(await status(host.call('GET', '/api/jobs', asToken(token)))).toBe(200);
    // Who sends no token has guessed nothing.
    expect(await status(host.call('GET', '/api/jobs', { headers: { authorization: '' } }))).toBe(401);
  });

  it('are none of who presents a token that has expired, however often', async () => {
    const clock = new ManualClock();
    await using timed = await httpHost({}, { directory: true, autoStart: false, clock });
    const { id } = await timed.runyard.users.create({ name: 'bob' });
    const { token } = await timed.runyard.tokens.mint({ name: 'short', userId: id, expiresAt: clock.now() + 60_000 });
    expect(await status(timed.call('GET', '/api/jobs', asToken(token)))).toBe(200);
    await clock.advance(60_000);
    for (let i = 0; i < 12; i++) expect(await status(timed.call('GET', '/api/jobs', asToken(token)))).toBe(401);
    // Whoever has it is told; by that word clients ask for another one, and hear how to get it.
    const told = async (one: string) => (await read(timed.call('GET', '/api/jobs', asToken(one)))).body.message;
    expect(await told(token)).toContain('has expired');
    expect(await told(newTokenText('ryd_'))).not.toContain('expired');
  });

  it('are counted by the address that the framework tells, where it tells one', async () => {
    const from = (ip: string) =>
      read(
        host.app.fetch(new Request('http://host/api/jobs', asToken(newTokenText('ryd_'))), {
          req: { ip, socket: { remoteAddress: '10.0.0.1' } },
        }),
      );
    for (let i = 0; i < 10; i++) await from('192.0.2.1');
    expect((await from('192.0.2.1')).status).toBe(429);
    expect((await from('192.0.2.2')).status).toBe(401);
  });

  it('are counted by how the token begins, whatever addresses they come from', async () => {
    const begun = newTokenText('ryd_').slice(0, 12);
    const from = (i: number) =>
      read(
        host.app.fetch(new Request('http://host/api/jobs', asToken(`${begun}${newTokenText('').slice(8)}`)), {
          req: { ip: `198.51.100.${i}` },
        }),
      );
    for (let i = 0; i < 10; i++) expect((await from(i)).status).toBe(401);
    expect((await from(11)).status).toBe(429);
  });
});

const ofHost = mintToken({ name: 'deploy', scopes: ['admin'] });
