import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface Installed {
  modules: string[];
  requires?: string[];
  programs?: string[];
}

/** A real Python environment without pip, in which these packages are installed. Gives the folder of its programs. */
export const pythonEnvironment = async (folder: string, packages: Record<string, Installed>): Promise<string> => {
  await run('python3', ['-m', 'venv', '--without-pip', folder]);
  const bin = join(folder, 'bin');
  const { stdout } = await run(join(bin, 'python3'), ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))']);
  for (const [name, { modules, requires = [], programs = [] }] of Object.entries(packages)) {
    const site = stdout.trim();
    const info = join(site, `${name}-1.2.dist-info`);
    await mkdir(info);
    const lines = [
      'Metadata-Version: 2.1',
      `Name: ${name}`,
      'Version: 1.2',
      ...requires.map((each) => `Requires-Dist: ${each}`),
    ];
    await writeFile(join(info, 'METADATA'), `${lines.join('\n')}\n`);
    await writeFile(join(info, 'top_level.txt'), `${modules.join('\n')}\n`);
    const entries = programs.map((program) => `${program} = ${modules[0]}:main`);
    await writeFile(join(info, 'entry_points.txt'), `[console_scripts]\n${entries.join('\n')}\n`);
    for (const module of modules) await writeFile(join(site, `${module}.py`), 'raise SystemExit("imported")\n');
  }
  return bin;
};
