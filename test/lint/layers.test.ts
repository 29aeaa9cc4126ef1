import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

// The arrows in biome.json name folders; a folder that they do not name would stand outside every rule.
const layers = ['access', 'adapters', 'cli', 'domain', 'engine', 'http', 'ports', 'services', 'testing'];

it('every folder of core/src is a layer that the arrows name', () => {
  const source = fileURLToPath(new URL('../../packages/core/src', import.meta.url));
  const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(layers).toEqual(expect.arrayContaining(folders.map((folder) => folder.name)));
});
