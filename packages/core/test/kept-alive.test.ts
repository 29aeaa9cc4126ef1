import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const host = fileURLToPath(new URL('./fixtures/host-with-silent-engine.ts', import.meta.url));

it('whoever awaits createRunyard gets it, also where nothing but a silent engine is waited for', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'runyard-silent-'));
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [host, dir]);
    expect({ stdout, stderr }).toEqual({ stdout: 'unavailable', stderr: '' });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
