import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const guard = fileURLToPath(new URL('../../scripts/kubeconfig-guard.mjs', import.meta.url));
const { KUBECONFIG: _, ...env } = process.env;

it('tests on a real cluster want it to be named, and say so in one sentence', () => {
  const { status, stderr } = spawnSync(process.execPath, [guard], { env, encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^KUBECONFIG is not set: .*\n$/);
});

it('a cluster that is named passes in silence', () => {
  const named = { ...env, KUBECONFIG: '/a/kubeconfig' };
  expect(spawnSync(process.execPath, [guard], { env: named, encoding: 'utf8' })).toMatchObject({
    ...{ status: 0, stderr: '', stdout: '' },
  });
});
