import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const guard = new URL('../../scripts/guard.mjs', import.meta.url).href;

it.each(['18.20.0', '20.20.2', '22.18.0'])('Node %s is stopped with one sentence', (version) => {
  const { status, stderr } = runGuardAs(version);
  expect(status).toBe(1);
  expect(stderr).toMatch(new RegExp(`^Runyard needs Node 22.19 or newer and this is ${version}: .*\n$`));
});

it.each(['22.19.0', '24.21.0', '26.0.0'])('Node %s passes in silence', (version) => {
  expect(runGuardAs(version)).toMatchObject({ status: 0, stderr: '', stdout: '' });
});

function runGuardAs(version: string) {
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' }); await import('${guard}');`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', pretend], { encoding: 'utf8' });
}
