import { execFile } from 'node:child_process';
import { findTool } from './find-tool.ts';
import type { RunTool, ToolAnswer } from './gpu-device.ts';

export interface LocalToolsOptions {
  /** Where tools are looked for. Default: the host's PATH. */
  path?: string;
  /** A tool that takes longer is ended, and what it would have said is not known. Default 20 s. */
  timeoutMs?: number;
}

/** Runs tools of this machine. What is not there is found out without a process. */
export const localTools =
  ({ path = process.env.PATH ?? '', timeoutMs = 20_000 }: LocalToolsOptions = {}): RunTool =>
  async (command, args, signal) => {
    const file = await findTool(command, path);
    return file === null ? null : outcomeOf(file, args, { signal, timeoutMs });
  };

// A tool that hangs inside the driver may not heed even SIGKILL: its end is not waited for.
const outcomeOf = (
  file: string,
  args: readonly string[],
  { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
): Promise<ToolAnswer> =>
  new Promise((resolve, reject) => {
    const limit = AbortSignal.timeout(timeoutMs);
    const env = { ...process.env, LC_ALL: 'C' };
    const stop = AbortSignal.any([signal, limit]);
    execFile(file, args, { env, signal: stop, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      if (error === null) return resolve({ code: 0, stdout, stderr });
      if (typeof error.code === 'number') return resolve({ code: error.code, stdout, stderr });
      reject(signal.aborted ? signal.reason : limit.aborted ? tooLong(file, timeoutMs) : error);
    });
  });

const tooLong = (file: string, timeoutMs: number): Error =>
  new Error(`${file} did not answer within ${timeoutMs / 1000} s`);
