import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { afterAll } from 'vitest';
import { leftFolders, leftHandles, leftProcesses } from './left-behind.ts';

// Fails a test file that leaves a process, a worker thread, a handle or a temporary folder behind. Each file gets a
// temporary folder of its own, so that files that run at the same time are not taken for each other. Hooks run last-in
// first-out: this one, registered before the file's own, comes after them.
const patienceMs = Number(process.env.LEAK_PATIENCE_MS ?? 3_000);
const temporary = mkdtempSync(join(tmpdir(), 'ry-test-'));
process.env.TMPDIR = temporary;
// Made when first looked at, which importing execa does: they belong to the baseline.
void [process.stdin, process.stdout, process.stderr];
const before = {
  handles: process.getActiveResourcesInfo(),
  processes: leftProcesses(temporary).map((each) => each.pid),
};

// No list of handles shows a worker thread, so they are counted as they come and go.
const workers = new Set<Worker>();
process.on('worker', (worker) => {
  workers.add(worker);
  worker.once('exit', () => workers.delete(worker));
});

afterAll(async () => {
  const deadline = Date.now() + patienceMs;
  let left = look();
  while (left.length > 0 && Date.now() < deadline) {
    await sleep(20);
    left = look();
  }
  endProcesses();
  for (const worker of workers) void worker.terminate();
  rmSync(temporary, { recursive: true, force: true });
  if (left.length > 0) throw new Error(`This test file left behind:\n${left.map((each) => `  ${each}`).join('\n')}`);
});

function look(): string[] {
  return [
    ...processes().map(({ pid, command }) => `process ${pid}: ${command}`),
    ...leftHandles(before.handles, process.getActiveResourcesInfo()).map((type) => `handle: ${type}`),
    ...Array.from(workers, (worker) => `worker thread ${worker.threadId}`),
    ...leftFolders(temporary).map((name) => `temporary folder: ${name}`),
  ];
}

function processes() {
  return leftProcesses(temporary).filter((each) => !before.processes.includes(each.pid));
}

// What one file left must not disturb the next.
function endProcesses(): void {
  for (const { pid } of processes()) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
  }
}
