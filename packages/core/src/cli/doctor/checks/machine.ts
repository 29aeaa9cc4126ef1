import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type Finding, note, ok, warning, wrong } from '../finding.ts';

/** What every host needs of its machine: Node, shells, git, open files. */
export const checkMachine = async (): Promise<Finding[]> => [
  checkNode(process.versions.node),
  await checkTool('sh', ['-c', 'echo found'], 'without it no job runs in a local process'),
  await checkTool('bash', ['--version'], 'without it no start script runs in a local process'),
  await checkTool('git', ['--version'], 'without it no job with sources runs'),
  ...(await checkOpenFiles()),
];

const checkNode = (version: string): Finding => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 19)
    ? ok('node', `${version}.`)
    : wrong('node', `${version}.`, 'Runyard needs Node 22.19 or later.');
};

const checkTool = async (name: string, args: string[], without: string): Promise<Finding> => {
  try {
    const { stdout } = await promisify(execFile)(name, args, { timeout: 10_000 });
    return ok(name, `${stdout.split('\n')[0]}.`);
  } catch (error) {
    return warning(
      name,
      `${name} cannot be called (${(error as Error).message.split('\n')[0]}).`,
      `Install it: ${without}.`,
    );
  }
};

const fewFiles = 1_024;

// Of this process: a host that a service manager starts may have another.
const checkOpenFiles = async (): Promise<Finding[]> => {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const limit = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  if (limit === undefined) return [note('open files', 'The limit cannot be read here: see `ulimit -n`.')];
  return Number(limit) < fewFiles
    ? [
        warning(
          'open files',
          `At most ${limit} in this shell.`,
          'Raise it (`ulimit -n`, `LimitNOFILE=`): each local run takes about five.',
        ),
      ]
    : [ok('open files', `At most ${limit} in this shell.`)];
};
