import 'reflect-metadata';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');
const blocksOf = (page: string): string[] =>
  [...textOf(page).matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);

const readme = 'packages/nest-module/README.md';
const pages = [readme, 'docs/nest.md'];
/** Each block is a module beside this file, so that it finds the packages. */
const blocks = new Map(
  pages.flatMap((page) =>
    blocksOf(page).map((code, n) => [join(import.meta.dirname, `${page.replaceAll('/', '-')}-${n}.ts`), code]),
  ),
);

describe('code in README.md and docs/nest.md', () => {
  it('compiles, each block of it, under `strict`', () => {
    expect(blocks.size).toBeGreaterThan(8);
    expect(faults()).toEqual([]);
  }, 60_000);

  it('of the README runs as it stands', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'runyard-nest-readme-'));
    const file = join(import.meta.dirname, `readme-${process.pid}.generated.ts`);
    const code = blocksOf(readme)[0] ?? '';
    expect(code).toContain('await app.listen(3000)');
    const here = code
      .replace('await app.listen(3000)', "await app.listen(0, '127.0.0.1')")
      .replace("'./.runyard'", JSON.stringify(dir))
      .replace('NestFactory.create(AppModule)', 'NestFactory.create(AppModule, { logger: false })')
      .replace('console.log(token)', 'export { app, token }');
    try {
      writeFileSync(file, here);
      const { app, token } = (await import(file)) as { app: import('@nestjs/common').INestApplication; token: string };
      const headers = { authorization: `token ${token}` };
      const answer = await fetch(`${await app.getUrl()}/api/jobs`, { headers });
      const { jobs } = (await answer.json()) as { jobs: { id: string; name: string }[] };
      expect(jobs.map(({ name }) => name).sort()).toEqual(['Reports.nightly', 'Reports.train']);
      await app.close();
    } finally {
      rmSync(file, { force: true });
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

const faults = (): string[] => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  // What is our own affair, and what hosts of Nest have.
  const theirs = { exactOptionalPropertyTypes: false, erasableSyntaxOnly: false, experimentalDecorators: true };
  Object.assign(options, { ...theirs, emitDecoratorMetadata: true });
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.fileExists = (name) => blocks.has(name) || fileExists(name);
  host.readFile = (name) => blocks.get(name) ?? readFile(name);
  host.getSourceFile = (name, ...rest) => {
    const text = blocks.get(name);
    return text === undefined ? getSourceFile(name, ...rest) : ts.createSourceFile(name, text, rest[0]);
  };
  const program = ts.createProgram([...blocks.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${file?.fileName}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
};

// The sample of a test is one.
describe('the test in docs/nest.md', async () => {
  const file = join(import.meta.dirname, `testing-${process.pid}.generated.ts`);
  try {
    writeFileSync(file, [...blocks.values()].find((code) => code.includes("from 'vitest'")) ?? '');
    await import(file);
  } finally {
    rmSync(file, { force: true });
  }
});
