import type { Principal } from '../../src/access/principal.ts';
import { memoryStore } from '../../src/adapters/memory-store/memory-store.ts';
import type { Store } from '../../src/ports/store.ts';
import { type TestRunyard, testRunyard } from '../../src/testing/test-runyard/test-runyard.ts';

/** What one owner has: each of it is there, so that who finds none of it is kept from it. */
export interface Things {
  owner: string;
  job: string;
  run: string;
  secret: string;
  credential: string;
  webhook: string;
  /** Of a user. */
  user?: string;
  token?: string;
  /** Of a group. */
  group?: string;
}

export interface AccessWorld extends AsyncDisposable {
  t: TestRunyard;
  store: Store;
  /** Of ann; of the group that she is in; of zoe, whom she does not know, and of a group that is not hers. */
  things: Record<'own' | 'group' | 'other' | 'otherGroup', Things>;
  /** Another job of ann's. */
  secondJob: string;
  ann: Principal;
  root: Principal;
}

/** Two users, an admin and two groups, each with everything that somebody can own. */
export const accessWorld = async (): Promise<AccessWorld> => {
  const store = memoryStore();
  const encryptionKeys = [{ id: 'k', key: Buffer.from('0123456789abcdef0123456789abcdef') }];
  const t = await testRunyard({ store, directory: true, encryptionKeys });
  const { runyard } = t;
  const [ann, zoe, root] = [
    await runyard.users.create({ name: 'ann' }),
    await runyard.users.create({ name: 'zoe' }),
    await runyard.users.create({ name: 'root', admin: true }),
  ];
  const [lab, ops] = [await runyard.groups.create({ name: 'lab' }), await runyard.groups.create({ name: 'ops' })];
  await runyard.groups.addMember(lab.id, ann.id);
  await runyard.groups.addMember(ops.id, zoe.id);

  const thingsOf = async (owner: string): Promise<Things> => {
    const job = await runyard.jobs.create({ name: 'job', owner, command: 'x' });
    const run = await runyard.jobs.start(job.id);
    await runyard.runs.wait(run.id);
    const secret = await runyard.secrets.create({ name: 'secret', owner, value: `value of ${owner}` });
    const login = { kind: 'https', host: 'git.example', token: `token of ${owner}` } as const;
    const credential = await runyard.gitCredentials.create({ name: 'deploy', owner, ...login });
    const { view: webhook } = await runyard.webhooks.create({ owner, url: 'https://hooks.example.com/x' });
    return { owner, job: job.id, run: run.id, secret: secret.id, credential: credential.id, webhook: webhook.id };
  };
  const tokenOf = async (userId: string) => (await runyard.tokens.mint({ name: 'token', userId })).view.id;
  const things = {
    own: { ...(await thingsOf(`user:${ann.id}`)), user: ann.id, token: await tokenOf(ann.id) },
    group: { ...(await thingsOf(`group:${lab.id}`)), group: lab.id },
    other: { ...(await thingsOf(`user:${zoe.id}`)), user: zoe.id, token: await tokenOf(zoe.id) },
    otherGroup: { ...(await thingsOf(`group:${ops.id}`)), group: ops.id },
  };
  const second = await runyard.jobs.create({ name: 'second', owner: things.own.owner, command: 'x' });
  return {
    t,
    store,
    things,
    secondJob: second.id,
    ann: { kind: 'user', id: ann.id, name: 'ann', groups: [lab.id] },
    root: { kind: 'user', id: root.id, name: 'root', groups: [], admin: true },
    [Symbol.asyncDispose]: () => t[Symbol.asyncDispose](),
  };
};
