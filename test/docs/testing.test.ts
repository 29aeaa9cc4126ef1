import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

const text = await readFile(new URL('../../docs/testing.md', import.meta.url), 'utf8');
const here = fileURLToPath(new URL('.', import.meta.url));
const example = fileURLToPath(new URL('../../examples/custom-executor/test/', import.meta.url));

// Each sample with the heading above it. The example's agent is for Linux.
const samples = text.split(/^## /m).flatMap((section) => {
  const [heading = '', ...lines] = section.split('\n');
  const code = /```ts\n([\s\S]*?)```/.exec(lines.join('\n'))?.[1];
  const runs = process.platform === 'linux' || !code?.includes('agent-under-test');
  return code !== undefined && runs ? [{ heading, code }] : [];
});

// The samples are tests, so they are run as tests: each is a module that says `it`. Only the way to the example is another.
describe.each(samples)('docs/testing.md: $heading', async ({ heading, code }) => {
  const file = join(here, `testing-${process.pid}-${heading.replaceAll(/\W+/g, '-')}.generated.mts`);
  await writeFile(file, code.replace("from './agent-under-test.ts'", `from '${join(example, 'agent-under-test.ts')}'`));
  try {
    await import(file);
  } finally {
    await rm(file);
  }
});
