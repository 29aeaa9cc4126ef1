import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { type MessagePort, parentPort } from 'node:worker_threads';
import type { SpawnReply, SpawnRequest } from './spawner.ts';

// A fork copies the host's page tables and waits for the new program to begin: several ms in which this thread, and not the
// host's event loop, stands still.
const port = parentPort as MessagePort;

port.on('message', ({ id, path, cwd, env, log, program }: SpawnRequest) => {
  const reply = (failure: SpawnReply['failure']): void => port.postMessage({ id, failure } satisfies SpawnReply);
  try {
    const output = openSync(log, 'a', 0o600);
    const supervisor = spawn('/bin/sh', ['-s', path], {
      cwd,
      env,
      detached: true,
      stdio: ['pipe', output, output, 'pipe'],
    });
    closeSync(output);
    supervisor.unref();
    supervisor.once('error', (error: NodeJS.ErrnoException) => reply({ code: error.code, message: error.message }));
    const [stdin, , , claimed] = supervisor.stdio;
    stdin?.on('error', () => {}); // it left before it had read everything; its claim tells why
    stdin?.end(program);
    (claimed as Readable).resume().once('close', () => reply(null));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    reply({ code, message });
  }
});
