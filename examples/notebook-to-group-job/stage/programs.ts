import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A PATH with `runyard` on it, as `npx runyard` finds it, and this Node. */
export const pathWithRunyard = async (bin: string): Promise<string> => {
  const manifest = fileURLToPath(import.meta.resolve('@runyard/core/package.json'));
  const { bin: programs } = JSON.parse(await readFile(manifest, 'utf8')) as { bin: { runyard: string } };
  await mkdir(bin, { recursive: true });
  const line = `exec '${process.execPath}' '${join(dirname(manifest), programs.runyard)}' "$@"`;
  await writeFile(join(bin, 'runyard'), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  return [bin, dirname(process.execPath), process.env.PATH].join(':');
};
