import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

// The tests of the Nest module once more, on the Nest of test/nest-11; those of the docs use what is built, and so the other one.
const onNest11 = {
  resolve: {
    alias: [{ find: /^@nestjs\/([^/]+)$/, replacement: resolve('test/nest-11/node_modules/@nestjs/$1') }],
  },
  ...project('nest-11', ['packages/nest-module/test/**/!(docs).test.ts']),
};

// One project for each package, and `workspace` for the tests that cross packages.
const packages = readdirSync('packages').filter((name) => existsSync(`packages/${name}/package.json`));

export default defineConfig({
  test: {
    // Left alone, Vitest keeps one core to itself: on two cores that is one file at a time.
    maxWorkers: 2,
    globalSetup: ['./test/setup/temporary-folder.ts'],
    reporters: ['default', './test/reporters/closing-report.ts'],
    projects: [
      ...packages.map((name) =>
        project(name, [`packages/${name}/src/**/*.test.ts`, `packages/${name}/test/**/*.test.ts`]),
      ),
      onNest11,
      project('workspace', ['test/**/*.test.ts', 'examples/*/test/**/*.test.ts']),
    ],
  },
});

function project(name: string, include: string[]) {
  return {
    test: {
      name,
      include,
      pool: 'forks' as const,
      setupFiles: ['./test/setup/no-leaks.ts'],
      testTimeout: 30_000,
      hookTimeout: 60_000,
      // Worker threads from source would each strip the types anew.
      env: { NODE_COMPILE_CACHE: resolve('node_modules/.cache/node-compile') },
    },
  };
}
