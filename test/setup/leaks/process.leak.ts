import { spawn } from 'node:child_process';
import { it } from 'vitest';

it('passes, and leaves a child', () => {
  spawn('sleep', ['600'], { stdio: 'ignore', detached: true }).unref();
});
