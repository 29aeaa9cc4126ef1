import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { RunyardError } from '../src/domain/errors.ts';
import { attachedSecrets } from '../src/http/attachments/attached-secrets.ts';
import { madeSecretId } from '../src/http/attachments/attachment-id.ts';
import { editAttachments } from '../src/http/attachments/edit-attachments.ts';
import type { Store } from '../src/ports/store.ts';
import type { Secrets } from '../src/services/secrets/api.ts';
import { httpHost, read } from './support/http-host.ts';
import { useWorld } from './support/use-world.ts';

const { world, call } = useWorld();
const newJob = () => world().job('own');
const secretOf = async (whose: 'own' | 'group' = 'own') => {
  const id = await world().secret(whose);
  return { id, name: (await world().runyard.secrets.get(id)).name };
};
const attachmentsOf = async (job: string) => (await world().runyard.jobs.get(job)).spec.secrets;

describe('a secret is attached to a job', () => {
  it('by its id, and is then read, listed and in the job', async () => {
    const [job, secret] = [await newJob(), await secretOf()];
    const made = await call('POST', `/jobs/${job}/secrets`, { secret_id: secret.id, location: 'PASSWORD' });
    expect(made).toMatchObject({
      status: 201,
      body: {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        attachment_type: 'environment_variable',
        location: 'PASSWORD',
        description: '',
        name: secret.name,
        secret: { id: secret.id, name: secret.name, owner: { name: 'ann' } },
      },
    });
    const path = `/jobs/${job}/secrets/${made.body.id}`;
    expect(made.headers.get('location')).toBe(`/api${path}`);
    expect((await call('GET', path)).body).toEqual(made.body);
    expect((await call('GET', `/jobs/${job}/secrets`)).body).toEqual({ secret_attachments: [made.body] });
    expect((await call('GET', `/jobs/${job}`)).body.secrets).toEqual([
      { name: secret.name, attachment_type: 'environment_variable', location: 'PASSWORD' },
    ]);
  });

  it('once, however often that is asked for, by an id that stays', async () => {
    const [job, secret] = [await newJob(), await secretOf()];
    const ask = () =>
      call('POST', `/jobs/${job}/secrets`, { secret_id: secret.id, location: 'a/b', attachment_type: 'file' });
    const [first, second] = [await ask(), await ask()];
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(await attachmentsOf(job)).toHaveLength(1);
    expect((await world().runyard.jobs.get(job)).revision).toBe(2);
  });

  it('as a variable of its own name where nothing else is said, and as a file only with a path', async () => {
    const job = await newJob();
    const name = `S${world().unique().replace('-', '_')}`;
    const made = await call('POST', `/jobs/${job}/secrets`, { secret: { name, value: 'x' } });
    expect(made).toMatchObject({ status: 201, body: { location: name, secret: { name } } });
    const file = await call('POST', `/jobs/${job}/secrets`, {
      secret_id: made.body.secret.id,
      attachment_type: 'file',
    });
    expect(file).toMatchObject({ status: 400, body: { code: 'invalid-request', field: 'location' } });
  });

  it('and made for the owner of the job, whoever asks', async () => {
    const job = await world().job('group');
    const name = world().unique();
    const made = await call('POST', `/jobs/${job}/secrets`, { secret: { name, value: 'deep inside' }, location: 'X' });
    expect(made.body.secret).toMatchObject({ name, owner: { id: `group:${world().lab}`, name: 'lab' } });
    expect(made.text).not.toContain('deep inside');
    const named = await call('POST', `/jobs/${job}/secrets`, {
      secret: { name: world().unique(), value: 'x', owner: 'lab' },
      location: 'Y',
    });
    expect(named.status).toBe(201);
  });

  it.each([
    ['no secret', {}, 'invalid-request', 'secret_id'],
    ['two', { secret: { name: 'x', value: 'deep inside' }, secret_id: '0'.repeat(32) }, 'invalid-request', 'secret'],
    ['one that is not there', { secret_id: '0'.repeat(32) }, 'secret-not-found', undefined],
    [
      'a new one for another owner',
      { secret: { name: 'x', value: 'deep inside', owner: 'lab' } },
      'invalid-request',
      'secret.owner',
    ],
    [
      'a new one for nobody',
      { secret: { name: 'x', value: 'deep inside', owner: 'nobody' } },
      'invalid-secret',
      'secret.owner',
    ],
    [
      'one that all may use',
      { secret: { name: 'x', value: 'deep inside', access: 'org' } },
      'unsupported-field',
      'secret.access',
    ],
    ['a description', { description: 'x' }, 'unsupported-field', 'description'],
  ])('but not with %s', async (_, body, code, field) => {
    const job = await newJob();
    const answer = await call('POST', `/jobs/${job}/secrets`, { location: 'X', ...body });
    expect([answer.body.code, answer.body.field]).toEqual([code, field]);
    expect(answer.text).not.toContain('deep inside');
    expect(await attachmentsOf(job)).toEqual([]);
  });

  it('but not one of another owner, which he may see', async () => {
    const [job, secret] = [await newJob(), await secretOf('group')];
    const answer = await call('POST', `/jobs/${job}/secrets`, { secret_id: secret.id, location: 'X' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', field: 'secret_id' } });
  });

  it('where another one is, it is refused by the location, and a secret that was made for it is taken back', async () => {
    const [job, secret] = [await newJob(), await secretOf()];
    await call('POST', `/jobs/${job}/secrets`, { secret_id: secret.id, location: 'X' });
    const name = world().unique();
    for (const location of ['X', '1 2', 'no-name']) {
      const answer = await call('POST', `/jobs/${job}/secrets`, { secret: { name, value: 'x' }, location });
      expect([answer.status, answer.body.code, answer.body.field]).toEqual([400, 'invalid-job', 'location']);
    }
    expect((await call('GET', `/secrets?name=${name}`)).body.secrets).toEqual([]);
    expect(await attachmentsOf(job)).toHaveLength(1);
  });
});

describe('an attachment', () => {
  it('is changed: another secret at its place keeps its id, another place has another one', async () => {
    const [job, secret, other] = [await newJob(), await secretOf(), await secretOf()];
    const { body: made } = await call('POST', `/jobs/${job}/secrets`, { secret_id: secret.id, location: 'X' });
    const path = `/jobs/${job}/secrets/${made.id}`;
    const swapped = await call('PATCH', path, { secret_id: other.id });
    expect(swapped).toMatchObject({ status: 200, body: { id: made.id, location: 'X', name: other.name } });
    const moved = await call('PATCH', path, { location: '.pgpass', attachment_type: 'file' });
    expect(moved).toMatchObject({
      status: 200,
      body: { location: '.pgpass', attachment_type: 'file', name: other.name },
    });
    expect(moved.body.id).not.toBe(made.id);
    expect((await call('GET', path)).body.code).toBe('attachment-not-found');
    expect(await attachmentsOf(job)).toEqual([{ name: other.name, type: 'file', location: '.pgpass' }]);
  });

  it('is taken off, and its secret stays', async () => {
    const [job, secret] = [await newJob(), await secretOf()];
    const { body: made } = await call('POST', `/jobs/${job}/secrets`, { secret_id: secret.id, location: 'X' });
    expect((await call('DELETE', `/jobs/${job}/secrets/${made.id}`)).status).toBe(204);
    expect((await call('DELETE', `/jobs/${job}/secrets/${made.id}`)).body.code).toBe('attachment-not-found');
    expect(await attachmentsOf(job)).toEqual([]);
    expect((await call('GET', `/secrets/${secret.id}`)).status).toBe(200);
  });

  it('shows its name alone to a token that may read no secrets', async () => {
    const [job, secret] = [await newJob(), await secretOf()];
    await call('POST', `/jobs/${job}/secrets`, { secret_id: secret.id, location: 'X' });
    const { token } = await world().token(world().people.ann, { scopes: ['jobs:start'] });
    const { body } = await world().call('GET', `/jobs/${job}/secrets`, { token });
    expect(body.secret_attachments).toMatchObject([{ name: secret.name, secret: null }]);
  });

  it('is found by location and type', async () => {
    const [job, secret] = [await newJob(), await secretOf()];
    for (const [attachment_type, location] of [
      ['environment_variable', 'X'],
      ['environment_variable', 'Y'],
      ['file', 'X'],
    ])
      await call('POST', `/jobs/${job}/secrets`, { secret_id: secret.id, location, attachment_type });
    const found = async (query: string) => {
      const { body } = await call('GET', `/jobs/${job}/secrets?${query}`);
      const items = body.secret_attachments as { attachment_type: string; location: string }[];
      return items.map((each) => `${each.attachment_type} ${each.location}`).sort();
    };
    expect(await found('location=X')).toEqual(['environment_variable X', 'file X']);
    expect(await found('attachment_type=file')).toEqual(['file X']);
    expect(await found('attachment_type=environment_variable&location=Y')).toEqual(['environment_variable Y']);
    expect(await found('location=Z')).toEqual([]);
  });
});

it('many who attach and take off at once lose nothing of one another', async () => {
  const [job, secret] = [await newJob(), await secretOf()];
  const attach = (location: string) => call('POST', `/jobs/${job}/secrets`, { secret_id: secret.id, location });
  const before = await Promise.all(['A', 'B', 'C', 'D'].map(attach));
  const answers = await Promise.all([
    ...['E', 'F', 'G', 'H'].map(attach),
    ...before.slice(0, 2).map(({ body }) => call('DELETE', `/jobs/${job}/secrets/${body.id}`)),
  ]);
  expect([...before, ...answers].map(({ status }) => status)).toEqual([...Array(8).fill(201), 204, 204]);
  expect((await attachmentsOf(job)).map(({ location }) => location).sort()).toEqual(['C', 'D', 'E', 'F', 'G', 'H']);
});

it('forty who attach at once lose nothing', async () => {
  const [job, secret] = [await newJob(), await secretOf()];
  const places = Array.from({ length: 40 }, (_, i) => `V${i}`);
  const answers = await Promise.all(
    places.map((location) => call('POST', `/jobs/${job}/secrets`, { secret_id: secret.id, location })),
  );
  expect(answers.map(({ status }) => status)).toEqual(places.map(() => 201));
  expect((await attachmentsOf(job)).map(({ location }) => location).sort()).toEqual(places.sort());
});

describe('whoever was cut off asks again', () => {
  const body = (value: string, name: string) => ({ secret: { name, value, description: value }, location: 'X' });

  it('with the same `secret`, which is attached already and gets its value', async () => {
    const [job, name] = [await newJob(), world().unique()];
    const first = await call('POST', `/jobs/${job}/secrets`, body('one', name));
    const again = await call('POST', `/jobs/${job}/secrets`, body('two', name));
    expect(again).toMatchObject({ status: 201, body: { id: first.body.id, secret: { id: first.body.secret.id } } });
    expect(again.body.secret.description).toBe('two');
    const changed = await call('PATCH', `/jobs/${job}/secrets/${first.body.id}`, body('three', name));
    expect(changed).toMatchObject({ status: 200, body: { id: first.body.id, secret: { description: 'three' } } });
    expect(await attachmentsOf(job)).toHaveLength(1);
    const elsewhere = await call('POST', `/jobs/${job}/secrets`, { ...body('four', name), location: 'Y' });
    expect(elsewhere).toMatchObject({ status: 409, body: { code: 'name-in-use', id: first.body.secret.id } });
    expect((await call('GET', `/secrets/${first.body.secret.id}`)).body.description).toBe('three');
  });

  it('with the same `secret`, which was made for that place, and not attached before the host was killed', async () => {
    const [job, name] = [await newJob(), world().unique()];
    const place = { type: 'environment_variable', location: 'X', name } as const;
    const id = madeSecretId(job, place);
    await world().runyard.secrets.create({ id, owner: world().owner('own'), name, value: 'one' });
    const again = await call('POST', `/jobs/${job}/secrets`, body('two', name));
    expect(again).toMatchObject({ status: 201, body: { name, secret: { id, description: 'two' } } });
    expect(await attachmentsOf(job)).toEqual([place]);
    // Of another place, or made by somebody else, it is not the same.
    const elsewhere = await call('POST', `/jobs/${job}/secrets`, { ...body('four', name), location: 'Y' });
    expect(elsewhere).toMatchObject({ status: 409, body: { code: 'name-in-use', id } });
    const theirs = await secretOf();
    const taken = await call('POST', `/jobs/${job}/secrets`, { ...body('five', theirs.name), location: 'Z' });
    expect(taken).toMatchObject({ status: 409, body: { code: 'name-in-use', id: theirs.id } });
    const moved = { ...place, location: 'W', name: world().unique() };
    const path = `/jobs/${job}/secrets/${again.body.id}`;
    const changed = await call('PATCH', path, { ...body('six', moved.name), location: 'W' });
    expect(changed).toMatchObject({ status: 200, body: { secret: { id: madeSecretId(job, moved) } } });
  });

  it('not where it was attached and only its answer could not be read: it is told without the secret', async () => {
    const memory = memoryStore();
    let isAway = false;
    const store: Store = {
      ...memory,
      commit: async (batches) => {
        const results = await memory.commit(batches);
        isAway ||= JSON.stringify(batches).includes('"location":"X"');
        return results;
      },
      documents: async (query) => {
        if (isAway) throw new RunyardError('store-unavailable', 'As asked.');
        return memory.documents(query);
      },
    };
    await using host = await httpHost({}, { store, encryptionKeys: [{ id: 'key-1', key: randomBytes(32) }] });
    const job = await host.job();
    const made = await read(host.call('POST', `/api/jobs/${job.id}/secrets`, { body: body('one', 'name') }));
    expect(isAway).toBe(true);
    expect(made).toMatchObject({ status: 201, body: { name: 'name', location: 'X', secret: null } });
  });
});

it('a secret of a refused attachment stays where another job attaches it meanwhile', async () => {
  const [job, other, name] = [await newJob(), await newJob(), world().unique()];
  await world().runyard.jobs.update(other, { secrets: [{ name, type: 'environment_variable', location: 'X' }] });
  const refused = await call('POST', `/jobs/${job}/secrets`, { secret: { name, value: 'x' }, location: '1 2' });
  expect(refused).toMatchObject({ status: 400, body: { code: 'invalid-job' } });
  expect((await call('GET', `/secrets?name=${name}`)).body.secrets).toHaveLength(1);
});

it('the secrets of a job are asked for by name, however many its owner has', async () => {
  const names: (string | undefined)[] = [];
  const secrets = world().runyard.secrets;
  const asked: Secrets = {
    ...secrets,
    list: (options) => {
      names.push(options?.name);
      return secrets.list(options);
    },
  };
  const [one, two] = [await secretOf(), await secretOf()];
  const found = await attachedSecrets({ ...world().runyard, secrets: asked }, world().owner('own'), [
    one.name,
    two.name,
    one.name,
    'none',
  ]);
  expect([...found.keys()].sort()).toEqual([one.name, two.name].sort());
  expect(names.sort()).toEqual([one.name, two.name, 'none'].sort());
});

it('what somebody else attaches between the reading and the writing stays', async () => {
  const { jobs } = world().runyard;
  const job = await newJob();
  const attachment = (location: string) => ({ name: 's', type: 'environment_variable', location }) as const;
  let isFirst = true;
  const get: typeof jobs.get = async (id) => {
    const read = await jobs.get(id);
    if (isFirst) await jobs.update(id, { secrets: [...read.spec.secrets, attachment('THEIRS')] });
    isFirst = false;
    return read;
  };
  const { signal } = new AbortController();
  await editAttachments({ ...jobs, get }, { jobId: job, signal }, ({ spec }) => ({
    attachments: [...spec.secrets, attachment('OURS')],
    index: spec.secrets.length,
  }));
  expect(await attachmentsOf(job)).toEqual([attachment('THEIRS'), attachment('OURS')]);
});

it('an edit that is only for one revision is refused at another', async () => {
  const { jobs } = world().runyard;
  const job = await jobs.get(await newJob());
  expect((await jobs.update(job.id, { description: 'a' }, { revision: 1 })).revision).toBe(2);
  await expect(jobs.update(job.id, { description: 'b' }, { revision: 1 })).rejects.toMatchObject({
    code: 'edit-conflict',
    id: job.id,
  });
});
