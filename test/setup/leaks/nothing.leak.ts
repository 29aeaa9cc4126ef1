import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'runyard-tidy-'));
const server = createServer().listen(0, '127.0.0.1');
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

it('passes, and tidies up', async () => {
  await fetch(`http://127.0.0.1:${(server.address() as { port: number }).port}`, {
    signal: AbortSignal.timeout(50),
  }).catch(() => {});
  await once(spawn('true'), 'exit');
});
