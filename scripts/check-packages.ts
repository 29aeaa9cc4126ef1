// Looks at every package as it would be published: publint on its manifest and files, attw on its types.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack, publishedPackages } from './pack.ts';

const modules = fileURLToPath(new URL('../node_modules', import.meta.url));
const checks: [string, (tarball: string) => string[]][] = [
  ['publint', (tarball) => [join(modules, 'publint/src/cli.js'), tarball, '--strict']],
  // node16: resolution from ESM and CJS on every Node that we support; `node10` has no `exports`.
  ['attw', (tarball) => [join(modules, '@arethetypeswrong/cli/dist/index.js'), tarball, '--profile', 'node16']],
];

const temporary = mkdtempSync(join(tmpdir(), 'runyard-check-'));
try {
  for (const folder of publishedPackages()) check(pack(folder, temporary));
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

function check(tarball: string): void {
  for (const [name, args] of checks) {
    const { status, stdout, stderr } = spawnSync(process.execPath, args(tarball), { encoding: 'utf8' });
    const passed = status === 0;
    process.stdout.write(`${name} ${passed ? 'passes' : 'refuses'} ${basename(tarball)}\n`);
    if (passed) continue;
    process.stdout.write(`${stdout}${stderr}\n`);
    process.exitCode = 1;
  }
}
