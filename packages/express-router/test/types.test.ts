import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const versions = [
  ['4', 'express-4-types'],
  ['5', 'express'],
] as const;
const modules = ['mts', 'cts'] as const;

/** Lines of a host, against what is built: each is compiled behind `before`. */
const fitting = [
  'app.use(runyardRouter(runyard));',
  "app.use('/ops', runyardRouter(runyard));",
  "app.use('/ops', runyardRouter(runyard, { basePath: '', authenticate: ({ headers }) => (headers.has('x') ? { kind: 'user', id: 'x' } : null) }));",
  'app.use(router, router.errors);',
  "app.use('/ops', guard, router, router.errors);",
  "app.use(['/ops', /^.jobs/], [guard, router]);",
  "app.use(express.Router().use('/ops', router, router.errors));",
  'const handler: express.RequestHandler = router;',
  'const errors: express.ErrorRequestHandler = router.errors;',
];

// What is no handler, or one that wants more than Express gives: where these compiled, so would anything.
const mistaken = [
  'app.use(runyard);',
  "app.use('/ops', runyardRouter());",
  "app.use('/ops', router, router.error);",
  'app.use(((request, response, next) => next()) as Demanding);',
];

const importOf = {
  mts: (types: string) => `import express from '${types}';`,
  cts: (types: string) => `import express = require('${types}');`,
};

const before = (express: string): string => `${express}
import type { Runyard } from '@runyard/core';
import type { NodeRequest } from '@runyard/core/http';
import { type RequestHandler, runyardRouter } from '@runyard/express-router';
declare const runyard: Runyard;
declare const app: express.Express;
declare const guard: express.RequestHandler;
type Demanding = (request: NodeRequest & { session: string }, ...rest: [Parameters<RequestHandler>[1], Parameters<RequestHandler>[2]]) => void;
const router = runyardRouter(runyard);
`;

const programs = versions.flatMap(([version, types]) =>
  modules.flatMap((module) =>
    [...fitting, ...mistaken].map((line, n) => ({
      version,
      module,
      line,
      file: join(import.meta.dirname, `mounted-${version}-${n}.${module}`),
      text: `${before(importOf[module](types))}${line}\n`,
    })),
  ),
);

describe.each(versions)('by the types of Express %s, under `strict`', (version) => {
  it.each(modules)('the router and its `errors` go where handlers go, in a .%s', (module) => {
    const faults = faultsOf((each) => each.version === version && each.module === module);
    expect([...faults].filter(([line]) => !mistaken.includes(line))).toEqual([]);
    expect(mistaken.filter((line) => !faults.has(line))).toEqual([]);
  });
});

/** What the compiler says of each line. */
const faultsOf = (isMeant: (program: (typeof programs)[number]) => boolean): Map<string, string[]> => {
  const meant = new Map(programs.filter(isMeant).map((each) => [each.file, each]));
  const options: ts.CompilerOptions = {
    ...{ module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, types: ['node'] },
    ...{ strict: true, esModuleInterop: true, exactOptionalPropertyTypes: true, skipLibCheck: true, noEmit: true },
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.fileExists = (name) => meant.has(name) || fileExists(name);
  host.readFile = (name) => meant.get(name)?.text ?? readFile(name);
  const faults = new Map<string, string[]>();
  for (const { file, messageText } of ts.getPreEmitDiagnostics(ts.createProgram([...meant.keys()], options, host))) {
    const line = meant.get(file?.fileName ?? '')?.line ?? `${file?.fileName}`;
    const said = `${line} — ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    faults.set(line, [...(faults.get(line) ?? []), said]);
  }
  return faults;
};
