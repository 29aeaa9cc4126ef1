// `node main.ts [--url …] [--ref master] [--image busybox:1.37] [--namespace jobs] [command …]`
// A command in the files of a repository, as a pod of the cluster that KUBECONFIG (or ~/.kube/config) names; prints its log.
import { parseArgs } from 'node:util';
import { createRunyard } from '@runyard/core';
import { k8sExecutor } from '@runyard/k8s-executor';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: 'string', default: 'https://github.com/octocat/Hello-World.git' },
    ref: { type: 'string', default: 'master' },
    image: { type: 'string', default: 'busybox:1.37' },
    'git-image': { type: 'string' },
    namespace: { type: 'string' },
    data: { type: 'string', default: '.k8s-job' },
  },
});
const { url, ref, image, namespace, 'git-image': gitImage } = values;

await using runyard = await createRunyard({
  dataDir: values.data,
  executors: {
    k8s: k8sExecutor({
      image,
      ...(namespace !== undefined && { namespace }),
      ...(gitImage !== undefined && { gitImage }),
    }),
  },
  sizes: { little: { cpu: 0.1, memory: '64Mi' } },
});

const [applied] = await runyard.jobs.apply({
  name: 'from-git',
  size: 'little',
  sources: [{ url, ref }],
  command: positionals.length > 0 ? positionals : ['cat', 'README'],
});
if (!applied) throw new Error('one job in, one job out');

// A process that was killed has left its run: it is ours again, with its log whole.
const active = ['queued', 'starting', 'running', 'stopping'] as const;
const [left] = (await runyard.runs.list({ jobId: applied.job.id, states: [...active] })).items;
const { id } = left ?? (await runyard.jobs.start(applied.job.id));
for await (const { text, stream } of runyard.runs.logs(id, { follow: true }))
  process.stdout.write(stream === 'phase' ? `-- ${text}` : text);

const { state, sentence } = await runyard.runs.wait(id);
process.stdout.write(`Run ${id}: ${state}. ${sentence}\n`);
if (state !== 'succeeded') process.exitCode = 1;
// Not before everything of it is gone from the namespace.
await runyard.close({ drain: true });
