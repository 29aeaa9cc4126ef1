import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { LauncherReply, LauncherRequest, Layout, Supervisor } from './launcher.ts';

// A small process beside the host. A fork copies the page tables of whoever forks and holds up all of its threads meanwhile,
// the longer the more memory it has; so the host never forks. Here nobody waits, and every call may block.
process.title = 'runyard-launcher';
process.on('disconnect', () => process.exit());

process.on('message', (request: LauncherRequest) => {
  const reply = (failure: LauncherReply['failure']): void => {
    process.send?.({ id: request.id, failure } satisfies LauncherReply);
  };
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
  reply: (failure: LauncherReply['failure']) => void,
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
  // Where there was no file left for its pipes it has none, and its `error` is the answer.
  const [stdin, , , claimed] = supervisor.stdio ?? [];
  stdin?.on('error', () => {}); // it left before it had read everything; its claim tells why
  stdin?.end(program);
  (claimed as Readable | undefined)?.resume().once('close', () => reply(null));
};

const failureOf = (error: unknown): LauncherReply['failure'] => {
  const { code, message } = error as NodeJS.ErrnoException;
  return { code, message };
};
