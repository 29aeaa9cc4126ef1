import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack, pnpm } from '../../scripts/pack.ts';

// The oldest Node that we promise, brought as a dependency of the tests; and the one that runs us.
const node22 = fileURLToPath(new URL('../node_modules/node-22/bin/node', import.meta.url));
const runtimes: [string, string][] = [
  ['Node 24', process.execPath],
  ['Node 22.19', node22],
];
const entries = ['@runyard/core', '@runyard/core/http', '@runyard/core/testing'];

describe('the packed tarball, installed in an empty project', () => {
  const project = mkdtempSync(join(tmpdir(), 'runyard-tarball-'));
  beforeAll(() => installInto(project));
  afterAll(() => rmSync(project, { recursive: true }));

  describe.each(runtimes)('%s', (_name, node) => {
    const runs = it.runIf(existsSync(node));

    runs.each(entries)('imports %s', (entry) => {
      expect(
        names(node, ['--input-type=module', '-e', `import * as all from '${entry}'; ${printNames}`], project),
      ).not.toEqual([]);
    });

    runs.each(entries)('requires %s, with the same names', (entry) => {
      const required = names(
        node,
        ['--input-type=commonjs', '-e', `const all = require('${entry}'); ${printNames}`],
        project,
      );
      const imported = names(
        node,
        ['--input-type=module', '-e', `import * as all from '${entry}'; ${printNames}`],
        project,
      );
      expect(required).toEqual(imported);
    });
  });

  it('every worker is beside the entries, in both formats', () => {
    const sources = ['sqlite-store/worker.ts', 'data-dir/lock-worker.ts', 'function-executor/worker.ts'];
    const workers = ['sqlite-worker', 'lock-worker', 'function-worker'];
    const files = readdirSync(join(project, 'node_modules/@runyard/core/dist'));
    for (const [at, source] of sources.entries()) {
      const written = existsSync(new URL(`../../packages/core/src/adapters/${source}`, import.meta.url));
      if (written) expect(files).toEqual(expect.arrayContaining([`${workers[at]}.js`, `${workers[at]}.cjs`]));
    }
  });

  it('node:sqlite keeps its prefix, without which it does not exist', () => {
    const folder = join(project, 'node_modules/@runyard/core/dist');
    for (const file of readdirSync(folder).filter((name) => /\.c?js$/.test(name))) {
      expect(readFileSync(join(folder, file), 'utf8')).not.toMatch(/(from\s*|require\()["']sqlite["']/);
    }
  });
});

const printNames = 'console.log(JSON.stringify(Object.keys(all).filter((name) => name !== "module.exports").sort()))';

// pnpm takes the dependencies from the store that this workspace was installed from.
function installInto(project: string): void {
  const core = fileURLToPath(new URL('../../packages/core', import.meta.url));
  const tarball = pack(core, project);
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ dependencies: { '@runyard/core': `file:${tarball}` } }),
  );
  pnpm(['install', '--prefer-offline', '--ignore-workspace'], project);
}

// What the entry exports. An import that prints a warning or anything else is a failure.
function names(node: string, args: string[], cwd: string): string[] {
  const { status, stdout, stderr } = spawnSync(node, args, { cwd, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}
