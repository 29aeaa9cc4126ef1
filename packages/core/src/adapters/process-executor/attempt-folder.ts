import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { sharedMemory } from '../shared/memory-folder.ts';
import { folderName, type ProcessHandle } from './handle.ts';

/** Every path of one attempt. */
export interface AttemptFolder {
  handle: ProcessHandle;
  path: string;
  /** Its name while it is being deleted, so that a half-deleted one is never taken for whole. */
  gone: string;
  workspace: string;
  /** Outside of it, in memory: the files of its secrets. Made only where there are any. */
  memory: string;
  /** For extra packages and temporary files. */
  scratch: string;
  script: string;
  /** Raw output, stdout and stderr in the order in which they came. */
  log: string;
  /** Small files apart from the busy ones, so that watching them is cheap. */
  state: string;
  /** Written last by `prepare`: the folder is whole. */
  ready: string;
  /** Who runs it. Made once, and never overwritten: whoever makes it decides what becomes of the attempt. */
  claim: string;
  /** Room for the exit status, taken beforehand, so that a full disk cannot keep it from being written. */
  exitRoom: string;
  exit: string;
  phase: string;
  /** The UUIDs of the GPUs that it holds, a line each; absent: none. */
  gpus: string;
  /** We ordered the end. */
  stop: string;
}

export const attemptsDir = (dataDir: string): string => join(dataDir, 'attempts');

export const attemptFolder = (dataDir: string, handle: ProcessHandle): AttemptFolder => {
  const parent = join(attemptsDir(dataDir), handle.installation);
  const path = join(parent, folderName(handle));
  const state = join(path, 'state');
  return {
    handle,
    path,
    gone: join(parent, `.gone-${folderName(handle)}`),
    workspace: join(path, 'workspace'),
    memory: join(sharedMemory, `runyard-${createHash('sha256').update(path).digest('hex').slice(0, 32)}`),
    scratch: join(path, 'scratch'),
    script: join(path, 'script'),
    log: join(path, 'raw.log'),
    state,
    ready: join(state, 'ready'),
    claim: join(state, 'claim'),
    exitRoom: join(state, 'exit.new'),
    exit: join(state, 'exit'),
    phase: join(state, 'phase'),
    gpus: join(state, 'gpus'),
    stop: join(state, 'stop'),
  };
};
