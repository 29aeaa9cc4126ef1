import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

const onLinux = process.platform === 'linux';

describe('a test file that leaves something behind fails', () => {
  let messages: Map<string, string>;
  beforeAll(() => {
    messages = runPlantedLeaks();
  });

  it.runIf(onLinux)('a child process', () => expect(messages.get('process.leak.ts')).toMatch(/process \d+: sleep 600/));
  it.runIf(onLinux)('an attempt', () => expect(messages.get('attempt.leak.ts')).toMatch(/process \d+: sleep 601/));
  it('a timer', () => expect(messages.get('timer.leak.ts')).toContain('handle: Timeout'));
  it('a server', () => expect(messages.get('server.leak.ts')).toContain('handle: TCP'));
  it('a worker thread', () => expect(messages.get('worker.leak.ts')).toMatch(/worker thread \d+/));
  it('a temporary folder', () =>
    expect(messages.get('folder.leak.ts')).toContain('temporary folder: runyard-planted-'));
  it('and one that tidies up passes', () => expect(messages.get('nothing.leak.ts')).toBe(''));
});

// What Vitest says of each planted file.
function runPlantedLeaks(): Map<string, string> {
  const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
  const cwd = fileURLToPath(new URL('./leaks', import.meta.url));
  const run = spawnSync(process.execPath, [vitest, 'run', '--root', cwd], {
    cwd,
    encoding: 'utf8',
    env: withoutVitest(),
  });
  const report = JSON.parse(run.stdout) as { testResults: { name: string; message: string }[] };
  return new Map(report.testResults.map((file) => [basename(file.name), file.message]));
}

// The inner Vitest must not take itself for a worker of the outer one.
function withoutVitest(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));
}
