import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { functionExecutor } from '../../src/adapters/function-executor/function-executor.ts';
import { gitSource } from '../../src/adapters/git-source/git-source.ts';
import { processExecutor } from '../../src/adapters/process-executor/process-executor.ts';
import type { RunyardOptions } from '../../src/services/options.ts';
import { gatedFunctions } from './gated-functions.ts';
import { type HttpHost, httpHost } from './http-host.ts';
import { runyardAt, type Said } from './terminal.ts';

/** A server that the command line asks, whose jobs are commands; `function` runs the functions of `gatedFunctions`. */
export interface CliHost extends HttpHost {
  /** What a call needs to be the host's. HOME is nowhere. */
  env: Record<string, string>;
  /** In this process. */
  cli(...argv: string[]): Promise<Said>;
}

export const cliHost = async (options: RunyardOptions = {}): Promise<CliHost> => {
  const { gate, functions } = gatedFunctions();
  const host = await httpHost(
    {},
    {
      executors: { process: processExecutor(), function: functionExecutor({ functions }) },
      source: gitSource({ allowFileUrls: true }),
      ...options,
    },
  );
  const env = { RUNYARD_URL: `${host.origin}/api`, RUNYARD_TOKEN: host.token, HOME: '/nonexistent' };
  return { ...host, gate, env, cli: (...argv) => runyardAt({ env }, ...argv) };
};

const quiet = ['--disable-warning=ExperimentalWarning']; // Node 22 strips types with a warning of its own
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface CliProcess {
  said: Promise<Said>;
  out: Readable;
  err: Readable;
  signal(name: NodeJS.Signals): void;
}

/** The real thing, as a process of its own. */
export const runyardProcess = (
  { env, cwd = '/' }: { env: Record<string, string>; cwd?: string },
  ...argv: string[]
): CliProcess => {
  const child = spawn(process.execPath, [...quiet, main, ...argv], {
    cwd,
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.err += text;
  });
  return {
    said: once(child, 'close').then(([code, signal]) => ({ exit: code ?? signal, ...said })),
    out: child.stdout,
    err: child.stderr,
    signal: (name) => void child.kill(name),
  };
};
