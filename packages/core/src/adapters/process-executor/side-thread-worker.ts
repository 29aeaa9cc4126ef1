import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { type MessagePort, parentPort } from 'node:worker_threads';
import type { Layout, SideReply, SideRequest, Supervisor } from './side-thread.ts';

// Nobody waits for this thread's event loop, so it may stand still: in a fork, which copies the host's page tables and waits
// for the new program to begin, and in small writes, each of which would be several trips to the thread pool.
const port = parentPort as MessagePort;

port.on('message', (request: SideRequest) => {
  const reply = (failure: SideReply['failure']): void =>
    port.postMessage({ id: request.id, failure } satisfies SideReply);
  try {
    if (request.kind === 'lay-out') {
      layOut(request.layout);
      reply(null);
    } else startSupervisor(request.supervisor, reply);
  } catch (error) {
    reply(failureOf(error));
  }
});

const layOut = ({ folders, files }: Layout): void => {
  for (const { path, recursive } of folders) mkdirSync(path, { recursive: recursive ?? false, mode: 0o700 });
  for (const { path, text } of files) writeFileSync(path, text, { mode: 0o600 });
};

const startSupervisor = (
  { path, cwd, env, log, program }: Supervisor,
  reply: (failure: SideReply['failure']) => void,
): void => {
  const output = openSync(log, 'a', 0o600);
  const supervisor = spawn('/bin/sh', ['-s', path], {
    cwd,
    env,
    detached: true,
    stdio: ['pipe', output, output, 'pipe'],
  });
  closeSync(output);
  supervisor.unref();
  supervisor.once('error', (error) => reply(failureOf(error)));
  const [stdin, , , claimed] = supervisor.stdio;
  stdin?.on('error', () => {}); // it left before it had read everything; its claim tells why
  stdin?.end(program);
  (claimed as Readable).resume().once('close', () => reply(null));
};

const failureOf = (error: unknown): SideReply['failure'] => {
  const { code, message } = error as NodeJS.ErrnoException;
  return { code, message };
};
