import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { dockerRuns, useDocker } from '../engines/use-docker.ts';

const main = fileURLToPath(new URL('../../examples/docker-training/main.ts', import.meta.url));

describe.skipIf(!dockerRuns)('examples/docker-training', () => {
  const engine = useDocker();

  it('trains a model in a container, and has it back as a file', async () => {
    const data = await mkdtemp(join(tmpdir(), 'runyard-training-'));
    try {
      const args = [main, '--data', data, '--image', engine().images.tools, '--docker', `unix://${engine().socket}`];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      expect(stdout).toMatch(/epoch {2}60 {2}loss 0\.\d+/);
      expect(stdout).toContain('succeeded');
      const { accuracy, epochs } = JSON.parse(await readFile(join(data, 'results', 'model.json'), 'utf8'));
      expect([accuracy > 0.9, epochs]).toEqual([true, 60]);
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  });
});
