import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
const here = fileURLToPath(new URL('.', import.meta.url));

// What a reader would do next, typed behind the code of the README.
const next = `
await new Promise((resolve) => server.once('listening', resolve));
const { port } = server.address();
const [job] = (await runyard.jobs.list()).items;
const url = \`http://127.0.0.1:\${port}/ops/api/jobs/\${job.id}/start\`;
const response = await fetch(url, { method: 'POST', headers: { authorization: \`token \${token}\` } });
const { run, cron_schedule_options } = await response.json();
console.log(JSON.stringify({ status: response.status, state: run.state, cron: cron_schedule_options.schedule }));
await runyard.runs.cancel(run.id);
await runyard.close();
server.close();
`;

it('the code of the README runs as it stands', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'runyard-readme-'));
  // Beside this file, so that its imports are found; only the port is another.
  const program = join(here, `readme-${process.pid}.generated.mts`);
  try {
    const code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    expect(code).toContain('app.listen(3000)');
    await writeFile(program, code.replace('app.listen(3000)', "const server = app.listen(0, '127.0.0.1')") + next);
    const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(pathToFileURL(program))], {
      cwd: dir,
      timeout: 25_000,
    });
    expect(JSON.parse(stdout)).toEqual({ status: 200, state: 'queued', cron: '30 2 * * *' });
  } finally {
    await rm(program, { force: true });
    await rm(dir, { recursive: true, force: true });
  }
});
