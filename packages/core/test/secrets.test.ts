import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { EncryptionKey } from '../src/access/vault/key-ring.ts';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import type { StoredDocument } from '../src/domain/document.ts';
import type { Store } from '../src/ports/store.ts';
import type { SecretData } from '../src/services/secrets/secret-view.ts';
import { people } from './support/people.ts';

const aKey = (id: string): EncryptionKey => ({ id, key: randomBytes(32).toString('base64') });
const value = 'correct-horse-battery-staple';
const encryptionKeys = [aKey('k1')];
const secretsOf = async (store: Store): Promise<StoredDocument<SecretData>[]> =>
  (await store.documents({ kind: 'secret', limit: 1000 })).items as StoredDocument<SecretData>[];

describe('a secret', () => {
  it('is told of without its value, and nothing in the store has that', async () => {
    await using p = await people({ encryptionKeys });
    const ann = await p.user('ann');
    const as = await ann.as();
    const made = await as.secrets.create({ name: 'db', value, description: 'Of the database' });
    expect(made).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      name: 'db',
      owner: `user:${ann.id}`,
      description: 'Of the database',
      keyId: 'k1',
      createdAt: expect.any(Number),
      updatedAt: expect.any(Number),
    });
    const changed = await as.secrets.update(made.id, { value: `${value}-2`, description: 'New' });
    expect(changed).toMatchObject({ id: made.id, description: 'New' });
    expect(await as.secrets.get(made.id)).toEqual(changed);
    expect((await as.secrets.list()).items).toEqual([changed]);
    expect((await as.secrets.list({ name: 'db' })).items).toEqual([changed]);
    expect((await as.secrets.list({ name: 'd' })).items).toEqual([]);
    const kept = JSON.stringify([await secretsOf(p.store), (await p.store.audit({ limit: 100 })).items]);
    for (const form of ['utf8', 'base64', 'hex'] as const)
      expect(kept).not.toContain(Buffer.from(value).toString(form));
    await as.secrets.remove(made.id);
    await expect(as.secrets.get(made.id)).rejects.toMatchObject({ code: 'secret-not-found' });
    expect((await p.all.audit.list({ action: 'secret', descending: false })).items).toMatchObject([
      { action: 'secret.created', subject: { id: made.id, name: 'db' }, owner: `user:${ann.id}` },
      { action: 'secret.changed', details: { value: true, description: true } },
      { action: 'secret.removed' },
    ]);
  });

  it('is there for nobody but its owner, the members of its group, and admins', async () => {
    await using p = await people({ encryptionKeys });
    const [ann, bob, eve] = [await p.user('ann'), await p.user('bob'), await p.user('eve')];
    const lab = await p.all.groups.create({ name: 'lab' });
    for (const { id } of [ann, bob]) await p.all.groups.addMember(lab.id, id);
    const shared = await (await ann.as()).secrets.create({ name: 's', value, owner: `group:${lab.id}` });
    const own = await (await ann.as()).secrets.create({ name: 's', value });
    const bobs = (await bob.as()).secrets;
    expect((await bobs.list()).items).toEqual([shared]);
    expect((await bobs.list({ owner: own.owner })).items).toEqual([]);
    await bobs.update(shared.id, { description: 'by bob' });
    const eves = (await eve.as()).secrets;
    expect((await eves.list()).items).toEqual([]);
    const others = [bobs.get(own.id), bobs.update(own.id, { value: 'x' }), bobs.remove(own.id), eves.get(shared.id)];
    for (const hidden of others) await expect(hidden).rejects.toMatchObject({ code: 'secret-not-found' });
    for (const owner of [own.owner, `group:${lab.id}`])
      await expect(eves.create({ name: 't', value, owner })).rejects.toMatchObject({
        code: 'forbidden',
        field: 'owner',
      });
    expect((await p.all.secrets.list()).items).toHaveLength(2);
  });

  it('is refused where it is none, by a sentence that does not quote it', async () => {
    await using p = await people({ encryptionKeys });
    const { secrets } = p.all;
    const wrong: [unknown, string | undefined][] = [
      [value, undefined],
      [[value], undefined],
      [{ name: 'a' }, 'value'],
      [{ name: 'a', value: '' }, 'value'],
      [{ name: 'a', value: { text: value } }, 'value'],
      [{ name: 'a', value: `${value}\0` }, 'value'],
      [{ name: 'a', value: `${value}\ud800` }, 'value'],
      [{ name: 'a', value: value.repeat(5000) }, 'value'],
      [{ name: 'a', value: `${'ä'.repeat(65_536)}x` }, 'value'],
      [{ name: '', value }, 'name'],
      [{ name: 'a\nb', value }, 'name'],
      [{ name: 'x'.repeat(201), value }, 'name'],
      [{ name: 'a', value, owner: 'ann' }, 'owner'],
    ];
    for (const [input, field] of wrong) {
      const error = await secrets.create(input as never).catch((refused: unknown) => refused);
      expect(error, inspect(input)).toMatchObject({ code: 'invalid-secret', ...(field && { field }) });
      expect(inspect(error)).not.toContain('horse');
    }
    await expect(secrets.create({ name: 'a', value, secret: value } as never)).rejects.toMatchObject({
      code: 'unknown-field',
      message: expect.not.stringContaining('horse'),
    });
    expect(await secretsOf(p.store)).toEqual([]);
    for (const right of ['xyz', 'ä'.repeat(65_536), 'two\nlines\n', ' '])
      await secrets.create({ name: `of ${right.length}`, value: right });
  });

  it('has a name that no other of its owner has', async () => {
    await using p = await people({ encryptionKeys });
    const { id } = await p.all.secrets.create({ name: 'a', value });
    await expect(p.all.secrets.create({ name: 'a', value: 'other' })).rejects.toMatchObject({
      code: 'name-in-use',
      id,
    });
  });

  it('that jobs attach is removed only by whoever says so, and the refusal tells the first of them', async () => {
    await using p = await people({ encryptionKeys });
    const { jobs, secrets } = p.all;
    const { id } = await secrets.create({ name: 'db', value });
    const attach = [{ name: 'db', type: 'environment_variable' as const, location: 'DB' }];
    const first = await jobs.create({ name: 'nightly', command: 'x', secrets: attach });
    await jobs.create({ name: 'hourly', command: 'x', secrets: attach });
    // Another's job that attaches one of that name does not use this one.
    await jobs.create({ name: 'other', command: 'x', owner: 'user:eve', secrets: attach });
    await expect(secrets.remove(id)).rejects.toMatchObject({
      code: 'secret-in-use',
      id: first.id,
      message: expect.stringMatching(`'nightly' \\(${first.id}\\) and 1 more\\..*allowInUse`),
    });
    await secrets.remove(id, { allowInUse: true });
    const { id: unused } = await secrets.create({ name: 'unused', value });
    await secrets.remove(unused);
    expect(await secretsOf(p.store)).toEqual([]);
  });

  it('is kept only where the host gives keys, and without them it says how to make one', async () => {
    const store = memoryStore();
    await using without = await people({ store });
    await expect(without.all.secrets.create({ name: 'a', value })).rejects.toMatchObject({
      code: 'no-encryption-key',
      field: 'encryptionKeys',
      message: expect.stringMatching(/openssl rand -base64 32.*createRunyard\(\{ encryptionKeys: \[/),
    });
    await expect(without.all.secrets.rotate()).rejects.toMatchObject({ code: 'no-encryption-key' });
    expect((await without.all.secrets.list()).items).toEqual([]);
  });
});

describe('rotation', () => {
  const [k1, k2] = [aKey('k1'), aKey('k2')];

  it('encrypts everything with the current key, and tells which keys are still in use', async () => {
    const store = memoryStore();
    const many = Array.from({ length: 45 }, (_, i) => ({ name: `s${i}`, value: `${value}-${i}` }));
    {
      await using p = await people({ store, encryptionKeys: [k1] });
      for (const secret of many) await p.all.secrets.create(secret);
    }
    const before = await secretsOf(store);
    await using p = await people({ store, encryptionKeys: [k2, k1] });
    const ann = await p.user('ann');
    await expect((await ann.as()).secrets.rotate()).rejects.toMatchObject({ code: 'forbidden' });
    await p.all.secrets.create({ name: 'new', value });
    await p.t.clock.advance(1000);
    expect(await p.all.secrets.rotate()).toEqual({ resealed: 45, keys: [{ id: 'k2', values: 46 }], unreadable: [] });
    const after = await secretsOf(store);
    expect(after.every(({ data }) => data.sealed.key === 'k2')).toBe(true);
    expect(after.slice(0, 45).map(({ updatedAt }) => updatedAt)).toEqual(before.map(({ updatedAt }) => updatedAt));
    expect(await p.all.secrets.rotate()).toMatchObject({ resealed: 0, keys: [{ id: 'k2', values: 46 }] });
    expect((await p.all.audit.list({ action: 'key.rotated' })).items).toMatchObject([
      { subject: { id: 'k2' }, details: { resealed: 0 } },
      { subject: { id: 'k2' }, details: { resealed: 45, unreadable: 0 } },
    ]);
  });

  it('takes in all that is encrypted: what webhooks sign with, and the key of the installation', async () => {
    const store = memoryStore();
    const options = { store, publicUrl: 'https://ops.example.com/api' };
    {
      await using p = await people({ ...options, encryptionKeys: [k1] });
      await p.all.webhooks.create({ url: 'https://example.com/hook' });
      await p.all.secrets.create({ name: 'a', value });
    }
    // The installation's own key is opened when a host begins, and so encrypted anew.
    await using p = await people({ ...options, encryptionKeys: [k2, k1] });
    const { keys } = await p.all.secrets.rotate();
    expect(keys).toEqual([{ id: 'k2', values: 3 }]);
    await using last = await people({ ...options, encryptionKeys: [k2] });
    expect((await last.all.webhooks.list()).items).toHaveLength(1);
    await last.all.webhooks.rotateSecret((await last.all.webhooks.list()).items[0]?.id ?? '');
  });

  it('tells what cannot be opened, and goes on with the rest', async () => {
    const store = memoryStore();
    {
      await using p = await people({ store, encryptionKeys: [k1] });
      await p.all.secrets.create({ name: 'lost', value });
    }
    const k3 = aKey('k3');
    {
      await using p = await people({ store, encryptionKeys: [k3] });
      const { id } = await p.all.secrets.create({ name: 'damaged', value });
      const document = (await store.document('secret', id)) as StoredDocument<SecretData>;
      const data = { ...document.data, sealed: { ...document.data.sealed, box: 'AAAA' } };
      await store.commit([
        [{ kind: 'document.update', document: { ...document, data, revision: 2 }, expectRevision: 1 }],
      ]);
      await p.all.secrets.create({ name: 'well', value });
    }
    await using p = await people({ store, encryptionKeys: [k2, k3] });
    const rotation = await p.all.secrets.rotate();
    expect(rotation.resealed).toBe(1);
    expect(rotation.keys).toEqual([
      { id: 'k1', values: 1 },
      { id: 'k3', values: 1 },
      { id: 'k2', values: 1 },
    ]);
    expect(rotation.unreadable).toMatchObject([
      { name: 'lost', kind: 'secret', code: 'key-missing', sentence: expect.stringContaining("'k1'") },
      { name: 'damaged', code: 'value-damaged' },
    ]);
  });

  it('leaves to whoever changes a secret meanwhile what that is', async () => {
    const store = memoryStore();
    {
      await using p = await people({ store, encryptionKeys: [k1] });
      await p.all.secrets.create({ name: 'a', value });
    }
    const commit = store.commit;
    await using p = await people({ store, encryptionKeys: [k2, k1] });
    const [document] = await secretsOf(store);
    if (!document) throw new Error('it was not made');
    let overtaken = false;
    store.commit = async (batches) => {
      const isReseal = batches.flat().every(({ kind }) => kind === 'document.update');
      if (isReseal && !overtaken) {
        overtaken = true;
        await p.all.secrets.update(document.id, { value: 'another value' });
      }
      return commit(batches);
    };
    expect(await p.all.secrets.rotate()).toMatchObject({ resealed: 0, keys: [{ id: 'k2', values: 1 }] });
    expect(overtaken).toBe(true);
    expect((await p.all.audit.list({ action: 'secret.changed' })).items).toHaveLength(1);
  });

  it('does not get in the way of whoever changes a secret in that moment', async () => {
    const store = memoryStore();
    {
      await using p = await people({ store, encryptionKeys: [k1] });
      await p.all.secrets.create({ name: 'a', value });
    }
    await using p = await people({ store, encryptionKeys: [k2, k1] });
    const [document] = await secretsOf(store);
    if (!document) throw new Error('it was not made');
    const { commit } = store;
    let rotated = false;
    store.commit = async (batches) => {
      if (!rotated && batches.flat().some(({ kind }) => kind === 'audit.insert')) {
        rotated = true;
        await p.all.secrets.rotate();
      }
      return commit(batches);
    };
    await p.all.secrets.update(document.id, { description: 'changed' });
    expect(rotated).toBe(true);
    expect(await p.all.secrets.get(document.id)).toMatchObject({ description: 'changed', keyId: 'k2' });
  });
});
