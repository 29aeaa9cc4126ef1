import { join } from 'node:path';
import { expect, it } from 'vitest';
import { answering } from '../src/adapters/sqlite-store/answer.ts';
import { insertJob, someJob } from '../src/testing/describe-store/records.ts';
import { temporaryHost } from './temporary-host.ts';

it('what was asked before a close is done before it, also when both come together', async () => {
  await using host = await temporaryHost();
  const file = join(host.dataDir, 'runyard.db');
  const setup = {
    file,
    role: 'writer',
    newInstallation: host.entropy.id(),
    lockFile: null,
    migrateWith: null,
  } as const;
  const answer = answering(setup, {});
  answer([{ id: 1, kind: 'open' }]);
  const replies = answer([
    { id: 2, kind: 'close' },
    { id: 3, kind: 'commit', call: [[insertJob()]] },
    { id: 4, kind: 'read', name: 'job', args: [someJob().id] },
  ]);
  expect(replies.find(({ id }) => id === 3)).toEqual({ id: 3, value: [{ ok: true }] });
  expect(replies.filter((reply) => 'failure' in reply)).toEqual([]);
});
