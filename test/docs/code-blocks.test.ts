import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { blocks, root } from './support/pages.ts';

// What has decorators needs Nest beside it: packages/nest-module compiles that, and runs it.
const ofNest = ['docs/nest.md', 'packages/nest-module/README.md'];
const code = blocks.filter(
  ({ language, page }) => ['ts', 'js', 'typescript', 'javascript'].includes(language) && !ofNest.includes(page),
);

// Each block is a module in a folder from which it finds its packages; what the text around a fragment has said before is in `around.d.ts`.
const folderFor = (text: string): string => {
  if (/@nestjs\/|@runyard\/nest-module/.test(text)) return join(root, 'packages/nest-module/test');
  return /@opentelemetry\//.test(text) ? join(root, 'packages/core/test') : import.meta.dirname;
};
const fileOf = new Map(code.map((block, n) => [join(folderFor(block.code), `block-${n}.ts`), block]));
const example = join(root, 'examples/custom-executor');
const besideExample = (text: string): string =>
  text
    .replace("from './agent-under-test.ts'", `from '${example}/test/agent-under-test.ts'`)
    .replaceAll("from './", `from '${example}/`);
const around = ['around.d.ts', 'pino.d.ts'].map((name) => join(import.meta.dirname, 'support', name));

describe('code in the docs', () => {
  it('compiles, each block of it, under `strict`', () => {
    expect(code.length).toBeGreaterThan(40);
    expect(faults()).toEqual([]);
  }, 120_000);

  it('has the executor of the example as it is', () => {
    const page = code.filter(({ page }) => page === 'docs/writing-an-executor.md');
    expect(page[0]?.code).toBe(readFileSync(join(example, 'webhook-executor.ts'), 'utf8'));
  });

  it.each(blocks.filter(({ language }) => language === 'json'))('$page:$line is JSON', ({ code: text }) => {
    expect(() => JSON.parse(text)).not.toThrow();
  });
});

const faults = (): string[] => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  // What is our own affair, and what the compiler of a Nest service is told.
  Object.assign(options, {
    ...{ exactOptionalPropertyTypes: false, verbatimModuleSyntax: false },
    ...{ erasableSyntaxOnly: false, experimentalDecorators: true, emitDecoratorMetadata: true },
  });
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  const textOf = (name: string) => {
    const block = fileOf.get(name);
    // An empty export makes a module of a block that imports nothing.
    return block && `${besideExample(block.code)}\nexport {};\n`;
  };
  host.fileExists = (name) => fileOf.has(name) || fileExists(name);
  host.readFile = (name) => textOf(name) ?? readFile(name);
  host.getSourceFile = (name, ...rest) => {
    const text = textOf(name);
    return text === undefined ? getSourceFile(name, ...rest) : ts.createSourceFile(name, text, rest[0]);
  };
  const program = ts.createProgram([...fileOf.keys(), ...around], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const block = file && fileOf.get(file.fileName);
    const words = ts.flattenDiagnosticMessageText(messageText, ' ');
    if (!file || !block) return `${file?.fileName ?? ''}: ${words}`;
    return `${block.page}:${block.line + file.getLineAndCharacterOfPosition(start).line}: ${words}`;
  });
};
