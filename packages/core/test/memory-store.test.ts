import { describe, expect, it } from 'vitest';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { describeStore } from '../src/testing/describe-store/describe-store.ts';
import { insertJob, someJob } from '../src/testing/describe-store/records.ts';

describe('memoryStore', () => {
  describeStore({ describe, it, expect, create: async () => ({ store: memoryStore(), dispose: async () => {} }) });

  it('forgets nothing when one of the instances that share it closes it', async () => {
    const store = memoryStore({ installation: 'a'.repeat(32) });
    await store.open();
    await store.commit([[insertJob()]]);
    await store.close();
    expect(await store.open()).toEqual({ installation: 'a'.repeat(32), exclusive: false });
    expect(await store.job(someJob().id)).toEqual(someJob());
  });
});
