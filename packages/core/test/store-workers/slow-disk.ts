import { serve } from '../../src/adapters/sqlite-store/serve.ts';

// The store's own thread, with every commit 100 ms slower: what a slow fsync looks like to everyone else.
serve({
  afterCommit() {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  },
});
