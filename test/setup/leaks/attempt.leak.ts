import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { it } from 'vitest';

it('passes, and leaves an attempt that is no longer its child', () => {
  const env = { ...process.env, RUNYARD_ATTEMPT: 'planted.1' };
  execFileSync('sh', ['-c', 'setsid sleep 601 </dev/null >/dev/null 2>&1 &'], { cwd: tmpdir(), env });
});
