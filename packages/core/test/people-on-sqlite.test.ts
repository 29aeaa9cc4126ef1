import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { functionExecutor } from '../src/adapters/function-executor/function-executor.ts';
import { sqliteStore } from '../src/adapters/sqlite-store/sqlite-store.ts';
import { createRunyard } from '../src/create-runyard.ts';
import type { Runyard } from '../src/services/runyard.ts';

const bearer = async (runyard: Runyard, token: string) => {
  const request = new Request('http://host/', { headers: { authorization: `token ${token}` } });
  const principal = await runyard.http.authenticate?.(request, {});
  return principal ? runyard.as(principal) : null;
};

it('people, their tokens and what was done are there after a restart, and go when they are removed', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'runyard-people-'));
  const open = () =>
    createRunyard({
      dataDir,
      store: sqliteStore(),
      directory: true,
      executors: { function: functionExecutor({ functions: { x: () => {} } }) },
    });
  try {
    const first = await open();
    const ann = await first.users.create({ name: 'ann' });
    const lab = await first.groups.create({ name: 'lab' });
    await first.groups.addMember(lab.id, ann.id);
    const old = await first.tokens.mint({ name: 'cli', userId: ann.id });
    const { token } = await first.tokens.rotate(old.view.id);
    const job = await (await bearer(first, token))?.jobs.create({
      name: 'a',
      command: ['x'],
      owner: `group:${lab.id}`,
    });
    await first.close();

    const second = await open();
    try {
      const asAnn = await bearer(second, token);
      expect((await asAnn?.users.me())?.groups).toEqual([{ id: lab.id, name: 'lab' }]);
      expect((await asAnn?.audit.list())?.items.map(({ action }) => action)).toEqual([
        'job.created',
        'token.rotated',
        'token.minted',
        'group.member-added',
      ]);
      await expect(second.groups.remove(lab.id)).rejects.toMatchObject({ code: 'owner-in-use', id: job?.id });
      await second.jobs.remove(job?.id ?? '');
      await second.groups.remove(lab.id);
      await second.users.remove(ann.id);
      expect(await bearer(second, token)).toBeNull();
      expect(await bearer(second, old.token)).toBeNull();
    } finally {
      await second.close();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
