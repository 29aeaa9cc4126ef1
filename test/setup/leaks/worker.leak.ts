import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { it } from 'vitest';

it('passes, and leaves a worker thread', async () => {
  await once(new Worker('setInterval(() => {}, 1000)', { eval: true }), 'online');
});
