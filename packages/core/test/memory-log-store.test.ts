import { describe, expect, it } from 'vitest';
import { memoryLogStore } from '../src/adapters/memory-log-store/memory-log-store.ts';
import { describeLogStore } from '../src/testing/describe-log-store/describe-log-store.ts';

describe('memoryLogStore', () => {
  describeLogStore({
    describe,
    it,
    expect,
    create: async () => ({ store: memoryLogStore(), dispose: async () => {} }),
  });
});
