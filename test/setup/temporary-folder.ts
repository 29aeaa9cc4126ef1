import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// One folder for all that a run of the tests writes, removed at its end, also when a file never reached its own. Files of secrets lie elsewhere, in memory.
export default function useOneTemporaryFolder(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'ry-tests-'));
  process.env.TMPDIR = folder;
  const before = new Set(secretsInMemory());
  return () => {
    rmSync(folder, { recursive: true, force: true });
    const left = secretsInMemory().filter((name) => !before.has(name));
    if (left.length > 0) throw new Error(`Secrets were left in memory: ${left.join(', ')}`);
  };
}

const sharedMemory = '/dev/shm';

const secretsInMemory = (): string[] =>
  existsSync(sharedMemory) ? readdirSync(sharedMemory).filter((name) => name.startsWith('runyard-')) : [];
