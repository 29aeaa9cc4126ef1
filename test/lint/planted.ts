// One mistake for each rule that Biome keeps for us, and its clean twin: the nearest thing that is allowed.

export type Planted = { rule: string; says: string; path: string; mistake: string; twin: string };

const core = 'packages/core/src/';
const restricted = 'lint/style/noRestrictedImports';

export const planted: Planted[] = [
  // The arrows: domain <- ports <- engine <- http, and so on.
  arrow('domain imports no ports', 'domain/job/a.ts', '../../ports/store.ts', '../run/state.ts'),
  arrow('domain imports no engine, also below the first level', 'domain/b.ts', '../engine/tick.ts', './job/size.ts'),
  arrow('ports import no engine', 'ports/a.ts', '../engine/tick.ts', '../domain/plan.ts'),
  arrow('ports import no adapters', 'ports/b.ts', '../adapters/memory-store/store.ts', './store.ts'),
  arrow('engine imports no adapters', 'engine/a.ts', '../adapters/sqlite-store/store.ts', '../ports/store.ts'),
  arrow('engine imports no http', 'engine/launch/b.ts', '../../http/app.ts', '../tick.ts'),
  arrow('engine imports no access', 'engine/c.ts', '../access/tokens.ts', '../domain/plan.ts'),
  arrow('adapters import no engine', 'adapters/memory-store/a.ts', '../../engine/tick.ts', '../../ports/store.ts'),
  arrow(
    'adapters do not know each other',
    'adapters/memory-store/b.ts',
    '../sqlite-store/store.ts',
    '../shared/sql.ts',
  ),
  arrow('nor from a deeper folder', 'adapters/git-source/x/c.ts', '../../data-dir/lock.ts', '../../shared/sql.ts'),
  arrow(
    'adapters reach domain from a deeper folder',
    'adapters/git-source/x/d.ts',
    '../../../http/app.ts',
    '../../../domain/plan.ts',
  ),
  arrow('access imports no engine', 'access/a.ts', '../engine/tick.ts', '../ports/store.ts'),
  arrow('access imports no http', 'access/b.ts', '../http/app.ts', './tokens.ts'),
  arrow('services import no adapters', 'services/a.ts', '../adapters/sqlite-store/store.ts', '../engine/tick.ts'),
  arrow('engine imports no services', 'engine/n.ts', '../services/api.ts', '../ports/store.ts'),
  arrow('http imports no adapters', 'http/a.ts', '../adapters/sqlite-store/store.ts', '../engine/tick.ts'),
  arrow('http does not compose', 'http/b.ts', '../create-runyard.ts', '../access/tokens.ts'),
  arrow('testing imports no http', 'testing/a.ts', '../http/app.ts', '../create-runyard.ts'),
  arrow(
    'the command line looks at stores, and runs no engine',
    'cli/a.ts',
    '../engine/tick.ts',
    '../adapters/sqlite-store/store.ts',
  ),
  arrow(
    'nor does it from a deeper folder',
    'cli/doctor/b.ts',
    '../../services/api.ts',
    '../../adapters/sqlite-store/store.ts',
  ),
  arrow('the command line knows its version', 'cli/c.ts', '../services/api.ts', '../services/version.ts'),
  arrow('nothing imports the command line', 'services/b.ts', '../cli/run-cli.ts', '../engine/tick.ts'),
  arrow('nor do adapters', 'adapters/memory-store/c.ts', '../../cli/run-cli.ts', '../../ports/store.ts'),
  arrow('nor does the composition root', 'create-runyard.ts', './cli/run-cli.ts', './adapters/system-clock/clock.ts'),
  arrow('only create-runyard.ts composes', 'options.ts', './adapters/sqlite-store/store.ts', './ports/store.ts'),
  arrow('production code never imports testing', 'engine/d.ts', '../testing/clock.ts', '../ports/clock.ts'),
  arrow('nor does the composition root', 'create-runyard.ts', './testing/clock.ts', './adapters/system-clock/clock.ts'),
  arrow('nothing imports index.ts', 'engine/e.ts', '../index.ts', './tick.ts'),
  arrow('not even another index.ts', 'http/c.ts', './index.ts', './app.ts'),
  arrow('the library does not import itself by name', 'engine/f.ts', '@runyard/core', 'p-queue'),
  {
    rule: restricted,
    says: 'an arrow holds for dynamic imports',
    path: `${core}domain/c.ts`,
    mistake: `export const later = () => import('../engine/tick.ts');`,
    twin: `export const later = () => import('./job/size.ts');`,
  },
  {
    rule: restricted,
    says: 'an arrow holds for types',
    path: `${core}domain/d.ts`,
    mistake: `export type { Store } from '../ports/store.ts';`,
    twin: `export type { Size } from './job/size.ts';`,
  },

  // Other packages use what a stranger could use.
  outside(
    'a package imports only the public entries',
    'packages/express-router/src/a.ts',
    '@runyard/core/dist/index.js',
    '@runyard/core/http',
  ),
  outside(
    'a package does not reach into core',
    'packages/express-router/src/b.ts',
    '../../core/src/index.ts',
    '@runyard/core',
  ),
  outside(
    'packages do not know each other',
    'packages/nest-module/src/a.ts',
    '@runyard/express-router',
    '@runyard/core',
  ),
  outside(
    'no production code imports testing',
    'packages/nest-module/src/b.ts',
    '@runyard/core/testing',
    '@runyard/core',
  ),
  outside(
    'tests too use public entries',
    'packages/nest-module/test/b.test.ts',
    '@runyard/core/src/x.ts',
    '@runyard/core/testing',
  ),
  outside(
    'examples are written as a user would',
    'examples/nest/a.ts',
    '../../packages/core/src/index.ts',
    '@runyard/core',
  ),

  // The domain is pure.
  pure(
    'lint/correctness/noNodejsModules',
    'no node: imports',
    'e.ts',
    `export { sep } from 'node:path';`,
    `export { z } from 'zod';`,
  ),
  pure(
    'lint/nursery/noJsRestrictedProperties',
    'no Date.now()',
    'f.ts',
    'export const at = () => Date.now();',
    'export const at = (now: number) => now;',
  ),
  pure(
    'lint/nursery/noJsRestrictedProperties',
    'no Math.random()',
    'g.ts',
    'export const lot = () => Math.random();',
    'export const lot = (n: number) => Math.floor(n);',
  ),
  pure(
    'plugin',
    'no new Date()',
    'h.ts',
    'export const at = () => new Date();',
    'export const at = (ms: number) => new Date(ms);',
  ),
  pure(
    'plugin',
    'no Date()',
    'i.ts',
    'export const at = () => Date();',
    'export const at = (ms: number) => new Date(ms);',
  ),
  ...[
    'setTimeout',
    'setInterval',
    'setImmediate',
    'queueMicrotask',
    'fetch',
    'process',
    'console',
    'performance',
    'crypto',
    'globalThis',
  ].map((name) =>
    pure(
      'lint/style/noRestrictedGlobals',
      `no ${name}`,
      `global-${name.toLowerCase()}.ts`,
      `export const use = () => ${name};`,
      `export const use = (given: { ${name}: unknown }) => given.${name};`,
    ),
  ),

  // The house.
  house(
    'lint/suspicious/noImportCycles',
    'no import cycles',
    'engine/ring.ts',
    `import { b } from './ring-b.ts';\nexport const a = () => b;`,
    'export const a = () => 1;',
  ),
  house(
    'lint/suspicious/noImportCycles',
    'no import cycles',
    'engine/ring-b.ts',
    `import { a } from './ring.ts';\nexport const b = () => a;`,
    `import { a } from './ring.ts';\nexport const b = () => a;`,
  ),
  house(
    'lint/correctness/useImportExtensions',
    'imports say .ts',
    'engine/g.ts',
    `export { a } from './ring';`,
    `export { a } from './ring.ts';`,
  ),
  house('lint/suspicious/noExplicitAny', 'no any', 'engine/h.ts', 'export type A = any;', 'export type A = unknown;'),
  house(
    'lint/correctness/noUnusedImports',
    'no unused imports',
    'engine/i.ts',
    `import { a } from './ring.ts';\nexport {};`,
    `export { a } from './ring.ts';`,
  ),
  house(
    'lint/correctness/noUnusedVariables',
    'no unused variables',
    'engine/j.ts',
    'export {};\nconst left = 1;',
    'export const left = 1;',
  ),
  house(
    'lint/style/useNodejsImportProtocol',
    'builtins say node:',
    'engine/k.ts',
    `export { sep } from 'path';`,
    `export { sep } from 'node:path';`,
  ),
  house(
    'lint/suspicious/noConsole',
    'nothing of ours prints',
    'engine/l.ts',
    `console.log('hello');`,
    'export const say = (log: (s: string) => void) => log("hello");',
  ),
  house(
    'lint/suspicious/noFocusedTests',
    'no focused tests',
    'engine/m.test.ts',
    `it.only('x', () => {});`,
    `it('x', () => {});`,
  ),
];

function arrow(says: string, path: string, mistake: string, twin: string): Planted {
  return outside(says, core + path, mistake, twin);
}

function outside(says: string, path: string, mistake: string, twin: string): Planted {
  return {
    rule: restricted,
    says,
    path,
    mistake: `export { x } from '${mistake}';`,
    twin: `export { x } from '${twin}';`,
  };
}

function pure(rule: string, says: string, file: string, mistake: string, twin: string): Planted {
  return { rule, says, path: `${core}domain/${file}`, mistake, twin };
}

function house(rule: string, says: string, path: string, mistake: string, twin: string): Planted {
  return { rule, says, path: core + path, mistake, twin };
}
