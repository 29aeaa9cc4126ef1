import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack, pnpm } from '../../scripts/pack.ts';

// The oldest Node that we promise, brought as a dependency of the tests; and the one that runs us.
const node22 = fileURLToPath(new URL('../node_modules/node-22/bin/node', import.meta.url));
const runtimes: [string, string][] = [
  ['Node 24', process.execPath],
  ['Node 22.19', node22],
];
const entries = [
  '@runyard/core',
  '@runyard/core/http',
  '@runyard/core/testing',
  '@runyard/core/executor-kit',
  '@runyard/docker-executor',
  '@runyard/express-router',
  '@runyard/k8s-executor',
  '@runyard/nest-module',
  '@runyard/postgres-store',
];

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

    runs.each(['module', 'commonjs'])('runs a job in a process, and one in a worker thread, as %s', (type) => {
      const load = type === 'module' ? "await import('@runyard/core')" : "require('@runyard/core')";
      const folder = mkdtempSync(join(project, 'data-'));
      const heavy = join(folder, 'heavy.mjs');
      writeFileSync(heavy, "export default async ({ log }) => log('from a thread');\n");
      const program = `(async () => {
        const { createRunyard, functionExecutor, processExecutor } = ${load};
        const modules = { heavy: require('node:url').pathToFileURL(${JSON.stringify(heavy)}) };
        const executors = { process: processExecutor(), function: functionExecutor({ modules }) };
        const runyard = await createRunyard({ dataDir: ${JSON.stringify(folder)}, executors });
        for (const job of [{ name: 'a', command: 'echo from a process' }, { name: 'b', executor: 'function', command: ['heavy'] }]) {
          const { id } = await runyard.jobs.start((await runyard.jobs.create(job)).id);
          await runyard.runs.wait(id);
          for await (const { stream, text } of runyard.runs.logs(id, { follow: true })) if (stream !== 'phase') process.stdout.write(text);
        }
        await runyard.close();
      })();`;
      const whole =
        type === 'module'
          ? `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); ${program}`
          : program;
      const { stdout, stderr } = spawnSync(node, [writeProgram(folder, type, whole)], {
        cwd: project,
        encoding: 'utf8',
      });
      expect({ stdout, stderr }).toEqual({ stdout: 'from a process\nfrom a thread\n', stderr: '' });
    });

    runs('brings the command `runyard`, which migrates a store and finds nothing wrong with it', () => {
      const folder = mkdtempSync(join(project, 'data-'));
      const call = (...args: string[]) =>
        spawnSync(join(project, 'node_modules/.bin/runyard'), args, {
          cwd: project,
          encoding: 'utf8',
          env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` },
        });
      expect(call('migrate', '--data-dir', folder)).toMatchObject({
        stdout: expect.stringContaining('Made '),
        stderr: '',
      });
      const { status, stdout, stderr } = call('doctor', '--data-dir', folder, '--json');
      expect({ status, stderr, wrong: JSON.parse(stdout).wrong }).toEqual({ status: 0, stderr: '', wrong: 0 });
      // It finds the package for PostgreSQL beside it.
      expect(call('doctor', '--database', 'postgres://nobody@127.0.0.1:1/none')).toMatchObject({
        status: 69,
        stderr: expect.stringContaining('The PostgreSQL server cannot be reached'),
      });
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

  it('every worker is beside the entries, as ESM only', () => {
    const workers = ['sqlite-worker', 'lock-worker', 'function-worker', 'process-launcher'];
    const files = readdirSync(join(project, 'node_modules/@runyard/core/dist'));
    expect(files).toEqual(expect.arrayContaining(workers.map((name) => `${name}.js`)));
    expect(files.filter((file) => workers.includes(file.replace(/\.cjs(\.map)?$/, '')))).toEqual([]);
  });

  it('node:sqlite keeps its prefix, without which it does not exist', () => {
    const folder = join(project, 'node_modules/@runyard/core/dist');
    for (const file of readdirSync(folder).filter((name) => /\.c?js$/.test(name))) {
      expect(readFileSync(join(folder, file), 'utf8')).not.toMatch(/(from\s*|require\()["']sqlite["']/);
    }
  });
});

const printNames = 'console.log(JSON.stringify(Object.keys(all).filter((name) => name !== "module.exports").sort()))';

const writeProgram = (folder: string, type: string, text: string): string => {
  const file = join(folder, type === 'module' ? 'program.mjs' : 'program.cjs');
  writeFileSync(file, text);
  return file;
};

// pnpm takes the dependencies from the store that this workspace was installed from, and each of ours from its tarball.
function installInto(project: string): void {
  const ours = ['core', 'docker-executor', 'express-router', 'k8s-executor', 'nest-module', 'postgres-store'].map(
    (name) => {
      const tarball = pack(fileURLToPath(new URL(`../../packages/${name}`, import.meta.url)), project);
      return [`@runyard/${name}`, `file:${tarball}`] as const;
    },
  );
  const hosts = {
    express: '^5.3.0',
    '@nestjs/common': '^12.0.0',
    '@nestjs/core': '^12.0.0',
    '@nestjs/platform-express': '^12.0.0',
    'reflect-metadata': '^0.2.2',
    rxjs: '^7.8.2',
  };
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ dependencies: { ...Object.fromEntries(ours), ...hosts } }),
  );
  const overrides = ours.map(([name, file]) => `  '${name}': '${file}'`);
  writeFileSync(join(project, 'pnpm-workspace.yaml'), `overrides:\n${overrides.join('\n')}\n`);
  // What dockerode brings would build for some speed, and does without.
  pnpm(['install', '--prefer-offline', '--ignore-workspace', '--config.strict-dep-builds=false'], project);
}

// What the entry exports. An import that prints a warning or anything else is a failure.
function names(node: string, args: string[], cwd: string): string[] {
  const { status, stdout, stderr } = spawnSync(node, args, { cwd, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}
