// As the store's own worker, and tells how many transactions it has made.
import { BroadcastChannel } from 'node:worker_threads';
import { serve } from '../../packages/core/src/adapters/sqlite-store/serve.ts';

const channel = new BroadcastChannel('runyard-bench-commits');
channel.unref();
serve({ afterCommit: () => channel.postMessage(1) });
