import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inside } from '../../src/manifest/inside.ts';
import type { Paths } from '../../src/manifest/scripts/wrapper.ts';

/** Shells that images have as `/bin/sh`. */
export const shells = ['dash', 'busybox', 'bash'].filter((name) => spawnSync(name, ['--help']).error === undefined);

/** A first process of its own, with its own numbers, can be had here. */
export const namespaces =
  process.platform === 'linux' && spawnSync('unshare', ['--pid', '--fork', '--kill-child', 'true']).status === 0;

export interface PodFolder extends Disposable {
  /** Where the paths of a pod lie here. */
  at: Paths;
  /** The only folder in which its programs are looked for; `sh` is the shell in question. */
  bin: string;
  /** Writes a file of its Secret. What a script calls `/bin/sh` is the shell in question. */
  secret(key: string, text: string): string;
  /** The termination message; '' where none was written. */
  message(): string;
}

/** A temporary folder that stands for the volumes of a pod, with a shell and a few programs. */
export const podFolder = (shell: string, { tools = podTools }: { tools?: readonly string[] } = {}): PodFolder => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'runyard-pod-')));
  const at = Object.fromEntries(
    Object.entries(inside).map(([name, path]) => [name, join(folder, path)]),
  ) as unknown as Paths;
  for (const path of [at.root, at.secret, at.files, join(folder, 'dev'), join(folder, 'tmp')]) mkdirSync(path);
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync(pathOf(shell), join(bin, 'sh'));
  for (const tool of tools) symlinkSync(pathOf(tool), join(bin, tool));
  return {
    at,
    bin,
    secret(key, text) {
      const path = join(at.secret, key);
      writeFileSync(path, text.replaceAll('/bin/sh', join(bin, 'sh')));
      return path;
    },
    message: () => {
      try {
        return readFileSync(at.terminationLog, 'utf8');
      } catch {
        return '';
      }
    },
    [Symbol.dispose]() {
      spawnSync('chmod', ['-R', 'u+rwX', folder]);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

export const podTools = [
  'bash',
  'cat',
  'chmod',
  'ln',
  'ls',
  'mkdir',
  'rm',
  'setsid',
  'sleep',
  'tee',
  'tail',
  'env',
  'id',
];

const pathOf = (name: string): string => spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim();

export const writeProgram = (path: string, text: string): void => {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
};
