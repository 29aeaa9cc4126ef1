import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';

it('passes, and leaves a folder', () => {
  mkdtempSync(join(tmpdir(), 'runyard-planted-'));
});
