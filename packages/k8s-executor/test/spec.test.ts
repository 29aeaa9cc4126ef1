import { type ExecutorInput, isAttemptFailed, isRunyardError } from '@runyard/core';
import { describe, expect, it } from 'vitest';
import { attemptInput } from '../src/manifest/attempt.ts';
import { type K8sExecutorOptions, parseOptions } from '../src/options.ts';
import { isImageName } from '../src/spec/image-name.ts';
import { parseSpec } from '../src/spec/parse-spec.ts';
import { cpuQuantity, memoryQuantity } from '../src/spec/quantities.ts';
import { launchOf } from './support/launches.ts';

const inputWith = (parts: Partial<ExecutorInput> = {}): ExecutorInput => ({
  command: 'true',
  image: 'busybox:1',
  hardware: 'cpu',
  size: 'small',
  sources: [],
  extraPackages: null,
  env: {},
  secrets: [],
  startScript: null,
  workingDir: null,
  scale: 1,
  executorOptions: {},
  owner: 'user:ann',
  ...parts,
});

/** `<code> <field>: <sentence>`, or what it returned. */
const refusal = (work: () => unknown): string => {
  try {
    return JSON.stringify(work());
  } catch (error) {
    if (!isRunyardError(error)) throw error;
    return `${error.code} ${error.field}: ${error.message}`;
  }
};

const spec = (parts: Partial<ExecutorInput>, options: K8sExecutorOptions = {}): string =>
  refusal(() => parseSpec(inputWith(parts), parseOptions(options)));

const wish = (executorOptions: Record<string, unknown>, options: K8sExecutorOptions = {}): string =>
  spec({ executorOptions }, options);

const option = (options: unknown): string => refusal(() => parseOptions(options as K8sExecutorOptions));

describe('a job', () => {
  it('becomes plain JSON with what the launch does not tell', () => {
    const parsed = parseSpec(
      inputWith({ hardware: 'gpu', scale: 4, executorOptions: { shmSize: '1Gi', queue: 'a' } }),
      parseOptions({ queue: 'a' }),
    );
    expect(parsed).toEqual({
      image: 'busybox:1',
      owner: 'user:ann',
      scale: 4,
      wishes: { shmSize: 2 ** 30, queue: 'a' },
    });
    expect(JSON.parse(JSON.stringify(parsed))).toEqual(parsed);
  });

  it('needs an image that can be one, and that is built already', () => {
    expect(spec({ image: null })).toMatch(/^unsupported-by-executor image: .*option `image`/);
    expect(spec({ image: null }, { image: 'base:1' })).toContain('"image":null');
    expect(spec({ image: 'Bad Name' })).toMatch(/^invalid-job image/);
    const build = {
      base: 'debian',
      apt: [],
      conda: [],
      pip: [],
      cran: [],
      requirementsTxt: null,
      environmentYml: null,
      postBuild: null,
    };
    expect(spec({ image: { build } })).toMatch(/^unsupported-by-executor image\.build: .*builds no images.*push it/);
  });

  it('fetches nothing from the host’s own disk', () => {
    const source = { ref: null, refType: null, path: null, credential: null, submodules: false, lfs: false };
    const sources = ['https://git.example/a.git', '/srv/git/a.git'].map((url) => ({ ...source, url }));
    expect(spec({ sources })).toMatch(
      /^unsupported-by-executor sources\.1\.url: .*cannot reach a repository on this machine/,
    );
    expect(spec({ sources: sources.slice(0, 1) })).toMatch(/^\{/);
  });

  it('has secrets as variables, and as files in the workspace only', () => {
    const file = (location: string) => spec({ secrets: [{ name: 's', type: 'file', location }] });
    for (const location of ['/etc/passwd', '../x', '.', 'a/../..', ''])
      expect(file(location)).toMatch(/secrets\.0\.location/);
    expect(file('conf/../token')).toMatch(/^\{/);
    expect(spec({ env: { ['A'.repeat(250)]: '' } })).toMatch(/at most 249/);
  });

  it('has no apt packages, since none could be installed without capabilities', () => {
    const extraPackages = { apt: ['jq'], conda: [], pip: [], cran: [], requirementsTxt: null, environmentYml: null };
    expect(spec({ extraPackages })).toMatch(/^unsupported-by-executor extraPackages\.apt: .*Build an image/);
    expect(spec({ extraPackages }, { readOnlyRoot: false })).toMatch(/^unsupported-by-executor extraPackages\.apt/);
    expect(spec({ extraPackages: { ...extraPackages, apt: [], pip: ['numpy'] } })).toMatch(/^\{/);
  });
});

describe('what a job wishes for', () => {
  it('is known, and of the right kind', () => {
    expect(wish({ qeue: 'a' })).toMatch(/^unknown-field executorOptions\.qeue: .*Did you mean `queue`/);
    expect(wish({ shmSize: 'much' })).toMatch(/^invalid-job executorOptions\.shmSize/);
    expect(wish({ nodeSelector: { 'a b': 'c' } })).toMatch(/^invalid-job executorOptions\.nodeSelector/);
    expect(wish({ nodeSelector: { a: 'x'.repeat(64) } })).toMatch(/^invalid-job executorOptions\.nodeSelector\.a/);
    expect(wish({ tolerations: [{ operator: 'Equal' }] }, { allowTolerations: true })).toMatch(/tolerations\.0.*`key`/);
  });

  it('is given as far as the host’s lists go', () => {
    for (const [name, list] of [
      ['queue', 'queues'],
      ['priorityClass', 'priorityClasses'],
      ['runtimeClass', 'runtimeClasses'],
      ['serviceAccount', 'serviceAccounts'],
    ] as const) {
      expect(wish({ [name]: 'x' })).toMatch(
        new RegExp(`^unsupported-by-executor executorOptions\\.${name}: .*none.*\`${list}\``),
      );
      expect(wish({ [name]: 'x' }, { [list]: ['x'] })).toContain(`"${name}":"x"`);
      expect(wish({ [name]: 'x' }, { [name]: 'x' })).toContain(`"${name}":"x"`);
      expect(wish({ [name]: 'z' }, { [name]: 'x', [list]: ['y'] })).toMatch(/allows x, y/);
    }
  });

  it('takes nothing back that the host says of nodes, and no taint without leave', () => {
    const options = { nodeSelector: { pool: 'jobs' } };
    expect(wish({ nodeSelector: { pool: 'system' } }, options)).toMatch(/executorOptions\.nodeSelector\.pool.*'jobs'/);
    expect(wish({ nodeSelector: { pool: 'jobs', zone: 'a' } }, options)).toMatch(/^\{/);
    const tolerations = [{ operator: 'Exists' }];
    expect(wish({ tolerations })).toMatch(/^unsupported-by-executor executorOptions\.tolerations.*allowTolerations/);
    expect(wish({ tolerations }, { allowTolerations: true })).toMatch(/^\{/);
  });

  it('is a writable root or a template of its own only where the host lets it', () => {
    expect(wish({ readOnlyRoot: false })).toMatch(/allowWritableRoot/);
    expect(wish({ readOnlyRoot: false }, { allowWritableRoot: true })).toMatch(/^\{/);
    const podTemplate = { spec: { hostNetwork: true } };
    expect(wish({ podTemplate })).toMatch(
      /^unsupported-by-executor executorOptions\.podTemplate.*user:ann.*allowPodTemplate/,
    );
    expect(wish({ podTemplate }, { allowPodTemplate: ['user:bob'] })).toMatch(/user:ann/);
    expect(wish({ podTemplate }, { allowPodTemplate: ['user:ann'] })).toMatch(/^\{/);
    expect(wish({ podTemplate }, { allowPodTemplate: true })).toMatch(/^\{/);
  });

  it('is judged again before each attempt, since the host may have changed its mind', () => {
    const launch = launchOf({ spec: { wishes: { queue: 'gone' } } });
    const make = (options: K8sExecutorOptions) => () =>
      attemptInput(launch, { settings: parseOptions(options), nonce: '0' });
    expect(make({ queues: ['gone'] })).not.toThrow();
    try {
      make({})();
      expect.unreachable();
    } catch (error) {
      expect(isAttemptFailed(error) && error.outcome).toMatchObject({ class: 'start-failed', reason: 'not-allowed' });
    }
  });
});

describe('the options', () => {
  it('are filled in', () => {
    expect(parseOptions({})).toMatchObject({
      name: 'k8s',
      gitImage: 'alpine/git:2.47.2',
      readOnlyRoot: true,
      ttlSecondsAfterFinished: 604_800,
      followLogs: 100,
      startTroubleMs: 300_000,
      callTimeoutMs: 30_000,
      gpus: { vendor: 'nvidia', resource: 'nvidia.com/gpu', memoryLabel: 'nvidia.com/gpu.memory', dra: undefined },
    });
    expect(parseOptions({ gpus: { vendor: 'amd', dra: {} } }).gpus).toMatchObject({
      resource: 'amd.com/gpu',
      memoryLabel: null,
      dra: { deviceClass: 'gpu.amd.com', driver: 'gpu.amd.com', modelAttribute: 'productName' },
    });
  });

  it.each([
    [{ namespce: 'a' }, 'namespce'],
    [{ namespace: 'A' }, 'namespace'],
    [{ kubeConfig: {} }, 'kubeConfig'],
    [{ image: 'A B' }, 'image'],
    [{ gitImage: '' }, 'gitImage'],
    [{ imagePullPolicy: 'Sometimes' }, 'imagePullPolicy'],
    [{ imagePullSecrets: ['a/b'] }, 'imagePullSecrets.0'],
    [{ queue: 'x'.repeat(64) }, 'queue'],
    [{ queues: ['-'] }, 'queues.0'],
    [{ priorityClass: 'A' }, 'priorityClass'],
    [{ nodeSelector: { pool: 'a b' } }, 'nodeSelector.pool'],
    [{ tolerations: [{ key: 'a', effect: 'Never' }] }, 'tolerations.0.effect'],
    [{ tolerations: [{ key: 'a', operator: 'Exists', value: 'x' }] }, 'tolerations.0'],
    [{ tolerations: [{ key: 'a', tolerationSeconds: 3 }] }, 'tolerations.0'],
    [{ user: { uid: -1 } }, 'user.uid'],
    [{ user: {} }, 'user.uid'],
    [{ workspace: { size: '1 GB' } }, 'workspace.size'],
    [{ workspace: { storageClass: 'a b' } }, 'workspace.storageClass'],
    [{ shmSize: 0 }, 'shmSize'],
    [{ ttlSecondsAfterFinished: 3599 }, 'ttlSecondsAfterFinished'],
    [{ followLogs: -1 }, 'followLogs'],
    [{ startTroubleMs: 0.5 }, 'startTroubleMs'],
    [{ allowPodTemplate: 'yes' }, 'allowPodTemplate'],
    [{ allowPodTemplate: ['ann'] }, 'allowPodTemplate.0'],
    [{ gpus: { vendor: 'voodoo' } }, 'gpus.vendor'],
    [{ gpus: { resource: 'a b' } }, 'gpus.resource'],
    [{ gpus: { shared: { resource: 'a/b' } } }, 'gpus.shared.replicas'],
    [{ gpus: { models: { A100: { nodeSelectr: {} } } } }, 'gpus.models.A100.nodeSelectr'],
    [{ gpus: { dra: { modelAttribute: 'a"b' } } }, 'gpus.dra.modelAttribute'],
    [{ gpus: { dra: { driver: 'Gpu' } } }, 'gpus.dra.driver'],
    [{ podTemplate: { spec: { contianers: [] } } }, 'podTemplate.spec.contianers'],
  ])('refuse %j by its path', (options, path) => {
    expect(option(options)).toMatch(new RegExp(`^invalid-option k8sExecutor\\.${path.replaceAll('.', '\\.')}: `));
  });
});

describe('names and quantities', () => {
  it('of images are those that a registry takes', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    for (const good of [
      'busybox',
      'a/b/c:1',
      'reg.example:5000/team/x_y@'.concat(digest),
      `x:1@${digest}`,
      'localhost/x',
      '[::1]:5000/x',
    ])
      expect([good, isImageName(good)]).toEqual([good, true]);
    for (const bad of [
      '',
      'https://a/b',
      'A',
      'a:',
      'a@sha256:1',
      'a b',
      'a:1:2',
      '-a',
      'a/',
      'a\n',
      `a:${'t'.repeat(129)}`,
    ])
      expect([bad, isImageName(bad)]).toEqual([bad, false]);
  });

  it('of cpu and memory are never less than what is asked for', () => {
    expect([0.0001, 0.29, 0.5, 1, 1.5, 16, 2.0001].map(cpuQuantity)).toEqual([
      '1m',
      '290m',
      '500m',
      '1',
      '1500m',
      '16',
      '2001m',
    ]);
    for (let n = 1; n <= 5000; n++) expect(cpuQuantity(n / 1000)).toBe(n % 1000 === 0 ? `${n / 1000}` : `${n}m`);
    expect([1, 1.5, 2 ** 40].map(memoryQuantity)).toEqual(['1', '2', '1099511627776']);
  });
});
