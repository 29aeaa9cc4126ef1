import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { functionExecutor } from '../src/adapters/function-executor/function-executor.ts';
import { memoryLogStore } from '../src/adapters/memory-log-store/memory-log-store.ts';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { createRunyard } from '../src/create-runyard.ts';
import type { LogStore } from '../src/ports/log-store.ts';
import { all } from './all.ts';
import { temporaryHost } from './temporary-host.ts';

/** Where the log of a run is found when the store offers one log store and the host gives another. */
const whereLogsGo = async (offered: LogStore | null, given: LogStore | null) => {
  await using host = await temporaryHost();
  const store = { ...memoryStore(), ...(offered && { logs: () => offered }) };
  const executors = { function: functionExecutor({ functions: { greet: ({ log }) => void log('hello') } }) };
  const runyard = await createRunyard({
    dataDir: host.dataDir,
    store,
    executors,
    ...(given && { logStore: given }),
  });
  const { id } = await runyard.jobs.create({ name: 'greet', command: ['greet'] });
  const run = await runyard.jobs.start(id);
  await runyard.runs.wait(run.id);
  await runyard.close();
  const holds = async (logs: LogStore | null): Promise<boolean> =>
    logs !== null && (await all(logs.read(`${run.id}.1`, { signal: new AbortController().signal }))).length > 0;
  return { offered: await holds(offered), given: await holds(given), files: existsSync(join(host.dataDir, 'logs')) };
};

it("logs go to the host's log store, else to the one that the store offers, else into files", async () => {
  const none = { offered: false, given: false, files: false };
  expect(await whereLogsGo(memoryLogStore(), memoryLogStore())).toEqual({ ...none, given: true });
  expect(await whereLogsGo(memoryLogStore(), null)).toEqual({ ...none, offered: true });
  expect(await whereLogsGo(null, null)).toEqual({ ...none, files: true });
});
