import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { repository } from '../../packages/k8s-executor/test/support/repository.ts';
import { gitServer } from '../engines/git-server.ts';
import { dockerRuns } from '../engines/use-docker.ts';
import { newNamespace } from '../k8s-runs/support/namespace.ts';
import { useRuns } from '../k8s-runs/support/use-runs.ts';

const main = fileURLToPath(new URL('../../examples/k8s-job/main.ts', import.meta.url));

describe.skipIf(!dockerRuns)('examples/k8s-job', () => {
  const runs = useRuns();

  it('runs a command in the files of a repository on the cluster that KUBECONFIG names, and prints its log', async () => {
    await using stack = new AsyncDisposableStack();
    const dir = await mkdtemp(join(tmpdir(), 'runyard-k8s-job-'));
    stack.defer(() => rm(dir, { recursive: true, force: true }));
    repository(join(dir, 'repositories', 'hello')).commit({ 'hello.txt': 'from the repository\n' });
    const { url } = stack.use(await gitServer({ root: join(dir, 'repositories') }));
    const namespace = stack.use(newNamespace(runs.cluster));
    const KUBECONFIG = join(dir, 'kubeconfig');
    await writeFile(KUBECONFIG, namespace.kubeConfig);
    const { busybox, git: gitImage } = runs.cluster.images;
    const images = ['--image', busybox, '--git-image', gitImage];
    const options = ['--url', `${url}/hello/.git`, '--ref', 'main', ...images, '--data', join(dir, 'data')];
    const { stdout } = await promisify(execFile)(process.execPath, [main, ...options, 'cat', 'hello.txt'], {
      env: { ...process.env, KUBECONFIG },
    });
    expect(stdout).toMatch(/\nfrom the repository\nRun [0-9a-f]{32}: succeeded\. .*\n$/);
    expect(namespace.left()).toEqual([]);
  });
});
