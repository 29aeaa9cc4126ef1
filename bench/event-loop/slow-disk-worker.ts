// The store's worker thread on a disk whose every fsync takes 100 ms longer.
import { serve } from '../../packages/core/src/adapters/sqlite-store/serve.ts';

const wait = new Int32Array(new SharedArrayBuffer(4));

serve({ afterCommit: () => void Atomics.wait(wait, 0, 0, 100) });
