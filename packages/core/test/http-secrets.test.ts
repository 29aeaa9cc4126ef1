import { describe, expect, it } from 'vitest';
import { httpHost, read } from './support/http-host.ts';
import { expectUntold } from './support/untold.ts';
import { useWorld } from './support/use-world.ts';

const { world, call } = useWorld();

const value = 'zq8-Xk31vvLw-e9';

describe('the value of a secret', () => {
  it('is in no answer: neither when it is made or changed, nor when it is read, listed, audited, removed', async () => {
    const made = await call('POST', '/secrets', { name: 'db', value, description: 'of the warehouse' });
    expect(made).toMatchObject({
      status: 201,
      body: {
        name: 'db',
        owner: { id: `user:${world().people.ann}` },
        access: 'owner',
        description: 'of the warehouse',
      },
    });
    const path = `/secrets/${made.body.id}`;
    const answers = [
      made,
      await call('GET', path),
      await call('PATCH', path, { value: `${value}!` }),
      await call('PATCH', path, { value, description: 'new' }),
      await call('GET', '/secrets'),
      await call('POST', '/secrets', { name: 'db', value }),
      await call('GET', '/audit'),
      await world().call('POST', '/secrets/rotate', { token: (await world().token(world().people.root)).token }),
      await call('DELETE', path),
      await call('GET', path),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200, 409, 200, 200, 204, 404]);
    for (const { text, headers } of answers) {
      expectUntold(value, text + JSON.stringify([...headers]));
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it.each([
    ['is no text', { name: 'x', value: [value] }],
    ['is an object', { name: 'x', value: { value } }],
    ['has a NUL', { name: 'x', value: `${value}\0` }],
    ['is too long', { name: 'x', value: value.repeat(10_000) }],
    ['stands beside something wrong', { name: 7, value }],
    ['is in a field that is misspelt', { name: 'x', vlaue: value }],
    ['is the name of a field', { name: 'x', value: 'y', [value]: 1 }],
    ['is in the description, as a list', { name: 'x', value: 'y', description: [value] }],
    ['is the owner', { name: 'x', value: 'y', owner: { group_id: 1, value } }],
    ['is asked to be seen by an organisation', { name: 'x', value, access: 'org' }],
    ['is not quoted', `{"name":"x","value":${value}}`],
    ['is not closed', `{"name":"x","value":"${value}`],
    ['has a line break in it', `{"name":"x","value":"${value}\n"}`],
    ['is followed by something', `{"name":"x","value":"${value}"} ${value}`],
    ['is the body', `"${value}"`],
    ['is nested too deep', `${'['.repeat(70)}"${value}"${']'.repeat(70)}`],
  ])('that %s is refused without a piece of it', async (_, body) => {
    for (const [method, path] of [
      ['POST', '/secrets'],
      ['PATCH', `/secrets/${await world().secret('own')}`],
    ] as const) {
      const answer = await call(method, path, body);
      expect([method, answer.status]).toEqual([method, 400]);
      expect(answer.body.detail).not.toBe('');
      expectUntold(value, answer.text);
    }
  });

  it('that came as a form is refused with the header to send, as any other body', async () => {
    await using host = await httpHost();
    const answer = await read(
      host.call('POST', '/api/secrets', {
        body: `name=x&value=${value}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
    );
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-json', field: 'Content-Type' } });
    expectUntold(value, answer.text);
  });
});

describe('a secret over HTTP', () => {
  it('is refused by the name of what is wrong, and of what was expected', async () => {
    expect((await call('POST', '/secrets', { name: 'x' })).body).toMatchObject({
      code: 'invalid-secret',
      field: 'value',
      expected: 'a text',
    });
    expect((await call('POST', '/secrets', { name: 'x', vlaue: 'y' })).body).toMatchObject({
      code: 'unknown-field',
      expected: 'value',
      detail: expect.stringContaining('Expected value'),
    });
    expect((await call('POST', '/secrets', { name: 'x', value: 'y', access: 'org' })).body).toMatchObject({
      code: 'unsupported-field',
      field: 'access',
      expected: '"owner"',
    });
  });

  it('keeps its name, by which jobs attach it', async () => {
    const id = await world().secret('own');
    const { body: before } = await call('GET', `/secrets/${id}`);
    expect((await call('PATCH', `/secrets/${id}`, { name: before.name, description: 'd' })).body).toMatchObject({
      description: 'd',
    });
    expect(await call('PATCH', `/secrets/${id}`, { name: 'another' })).toMatchObject({
      status: 400,
      body: { code: 'unsupported-field', field: 'name', expected: JSON.stringify(before.name) },
    });
  });

  it('that jobs attach is removed only where that is said, by the name of the parameter', async () => {
    const id = await world().secret('own');
    const { body: secret } = await call('GET', `/secrets/${id}`);
    const job = await call('POST', '/jobs', {
      name: world().unique(),
      command: 'x',
      secrets: [{ name: secret.name, attachment_type: 'environment_variable', location: 'DB' }],
    });
    expect(await call('DELETE', `/secrets/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'secret-in-use', id: job.body.id, detail: expect.stringContaining('`allow_in_use`') },
    });
    expect((await call('DELETE', `/secrets/${id}?allow_in_use=true`)).status).toBe(204);
  });

  it('is given to a group in any of the published ways, and found by it', async () => {
    const { lab, people } = world();
    for (const owner of [`group:${lab}`, { group_id: lab }, { id: `group:${lab}` }]) {
      const name = world().unique();
      const made = await call('POST', '/secrets', { name, value: 'x', owner });
      expect(made).toMatchObject({ status: 201, body: { owner: { group_id: lab, user_id: null } } });
      for (const query of [`group_id=${lab}`, `owner=group:${lab}`])
        expect((await call('GET', `/secrets?name=${name}&${query}`)).body.secrets).toEqual([made.body]);
      expect((await call('GET', `/secrets?name=${name}&user_id=${people.ann}`)).body.secrets).toEqual([]);
    }
    expect(await call('POST', '/secrets', { name: 'x', value: 'x', owner: {} })).toMatchObject({
      status: 400,
      body: { code: 'invalid-secret', field: 'owner' },
    });
  });

  it('without a key to encrypt it with is a fault of the host, and not of the request', async () => {
    await using host = await httpHost();
    const answer = await read(host.call('POST', '/api/secrets', { body: { name: 'x', value } }));
    expect(answer).toMatchObject({ status: 500, body: { code: 'no-encryption-key' } });
    expectUntold(value, answer.text);
  });
});
