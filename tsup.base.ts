import { existsSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';

// How every package is built: ESM and CJS that share their chunks, with types for the public entries. Dependencies
// stay outside; `workers` are files of their own that no one imports, so they carry no types.
export function buildPackage(
  entries: Record<string, string> = { index: 'src/index.ts' },
  workers: Record<string, string> = {},
) {
  return defineConfig({
    entry: { ...present(entries), ...present(workers) },
    format: ['esm', 'cjs'],
    dts: { entry: present(entries) },
    outDir: 'dist',
    clean: true,
    target: 'node22',
    splitting: true,
    sourcemap: true,
    removeNodeProtocol: false, // node:sqlite exists only with its prefix
    esbuildOptions: moduleUrlInCommonJs,
  });
}

// tsup's own shim glues `file:` to the path, which breaks where the path holds a space, `%` or `#`.
const moduleUrlInCommonJs: NonNullable<Options['esbuildOptions']> = (options, { format }) => {
  if (format !== 'cjs') return;
  options.banner = { js: `const importMetaUrl = require('node:url').pathToFileURL(__filename).href;` };
  options.define = { ...options.define, 'import.meta.url': 'importMetaUrl' };
};

// An entry whose file is not written yet is left out.
function present(entries: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file)));
}
