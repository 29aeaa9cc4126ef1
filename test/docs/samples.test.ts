import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

const docs = new URL('../../docs/', import.meta.url);
const here = fileURLToPath(new URL('.', import.meta.url));
const example = fileURLToPath(new URL('../../examples/custom-executor/test/', import.meta.url));

// Each sample that is a test, with the heading above it. The example's agent is for Linux.
const samplesOf = async (page: string): Promise<{ page: string; heading: string; code: string }[]> =>
  (await readFile(new URL(page, docs), 'utf8')).split(/^## /m).flatMap((section) => {
    const [heading = '', ...lines] = section.split('\n');
    return [...lines.join('\n').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].flatMap(([, code = ''], n) => {
      const runs = process.platform === 'linux' || !code.includes('agent-under-test');
      const isTest = code.includes("from 'vitest'");
      return isTest && runs ? [{ page, heading: n === 0 ? heading : `${heading}, ${n + 1}`, code }] : [];
    });
  });

// What Nest's page says needs its packages: packages/nest-module tests it.
const pages = (await readdir(docs)).filter((name) => name.endsWith('.md') && name !== 'nest.md');
const samples = (await Promise.all(pages.map(samplesOf))).flat();

// The samples are tests, so they are run as tests: each is a module that says `it`. Only the way to the example is another.
describe.each(samples)('docs/$page: $heading', async ({ page, heading, code }) => {
  const file = join(here, `${page}-${process.pid}-${heading.replaceAll(/\W+/g, '-')}.generated.mts`);
  await writeFile(file, code.replace("from './agent-under-test.ts'", `from '${join(example, 'agent-under-test.ts')}'`));
  try {
    await import(file);
  } finally {
    await rm(file);
  }
});
