import { readFile } from 'node:fs/promises';
import { isRunyardError } from '@runyard/core';
import { describe, expect, it } from 'vitest';
import { podTemplateTypesText } from '../scripts/pod-template-types.ts';
import { jobManifest } from '../src/manifest/job.ts';
import { checkTemplate } from '../src/manifest/overlay/check-template.ts';
import { mergeTemplates } from '../src/manifest/overlay/merge-template.ts';
import { checkAgainstModels } from './support/check-against-models.ts';
import { checkFieldRules } from './support/check-field-rules.ts';
import { inputOf, sizeWith } from './support/launches.ts';

// biome-ignore lint/suspicious/noExplicitAny: what is read of them is what is being proved
type Any = any;

const merged = (podTemplate: object, wish?: object): Any => {
  const wishes = wish === undefined ? {} : { podTemplate: wish as Record<string, unknown> };
  const job = jobManifest(
    inputOf(
      { spec: { wishes }, env: { HTTP_PROXY: 'of the job' } },
      { podTemplate: podTemplate as Record<string, unknown>, allowPodTemplate: true },
    ),
  ) as Any;
  checkAgainstModels(job);
  checkFieldRules(job);
  return job.spec.template;
};

const refusal = (template: unknown, code: 'invalid-job' | 'invalid-option' = 'invalid-job'): string => {
  try {
    checkTemplate(template, { field: 'podTemplate', code });
    return 'none';
  } catch (error) {
    if (!isRunyardError(error)) throw error;
    return `${error.code} ${error.field}`;
  }
};

describe('a pod template is merged', () => {
  it('object by object, and lists by what tells their items apart', () => {
    const { metadata, spec } = merged({
      metadata: { labels: { team: 'a' }, annotations: { note: 'x' } },
      spec: {
        containers: [
          { name: 'job', env: [{ name: 'HTTPS_PROXY', value: 'http://proxy:3128' }], ports: [{ containerPort: 80 }] },
        ],
        initContainers: [{ name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' }],
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
        imagePullSecrets: [{ name: 'registry' }],
      },
    });
    expect(metadata.labels).toMatchObject({ team: 'a', 'app.kubernetes.io/managed-by': 'runyard' });
    expect(metadata.annotations).toEqual({ 'runyard.dev/notes': '1', note: 'x' });
    const [job] = spec.containers;
    expect(job.command).toEqual(['/bin/sh', '/runyard-secret/wrapper']);
    expect(job.env.at(-1)).toEqual({ name: 'HTTPS_PROXY', value: 'http://proxy:3128' });
    expect(job.env.length).toBeGreaterThan(1);
    expect(spec.containers).toHaveLength(1);
    expect(spec.initContainers).toEqual([{ name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' }]);
    expect(spec.volumes.map((volume: Any) => volume.name)).toEqual([
      'runyard',
      'runyard-job',
      'runyard-tmp',
      'runyard-shm',
      'data',
    ]);
  });

  it('the host’s first and the job’s over it', () => {
    const { spec } = merged(
      { spec: { dnsPolicy: 'None', containers: [{ name: 'job', stdin: true, tty: true }] } },
      { spec: { dnsPolicy: 'Default', containers: [{ name: 'job', tty: null }] } },
    );
    expect(spec.dnsPolicy).toBe('Default');
    expect(spec.containers[0]).toMatchObject({ stdin: true });
    expect('tty' in spec.containers[0]).toBe(false);
  });

  it('and gives a variable that the job has too one value, not two', () => {
    const env = [{ name: 'HTTP_PROXY', value: 'http://proxy:3128' }];
    const { spec } = merged({ spec: { containers: [{ name: 'job', env }] } });
    expect(spec.containers[0].env.filter(({ name }: Any) => name === 'HTTP_PROXY')).toEqual(env);
  });

  it('other lists are replaced as a whole, as kubectl does', () => {
    const { spec } = (() => {
      const podTemplate = { spec: { tolerations: [{ key: 'mine', operator: 'Exists' }] } };
      const job = jobManifest(inputOf({}, { podTemplate, tolerations: [{ key: 'ours', operator: 'Exists' }] })) as Any;
      return job.spec.template;
    })();
    expect(spec.tolerations).toEqual([{ key: 'mine', operator: 'Exists' }]);
  });

  it('and takes away nothing of the GPUs that the size asks for', () => {
    const madeWith = (spec: object, gpus: object = {}) => {
      const size = sizeWith({ count: 2, model: 'A100', memoryBytes: 80 * 2 ** 30 });
      const job = jobManifest(inputOf({ size }, { podTemplate: { spec }, gpus })) as Any;
      checkAgainstModels(job);
      checkFieldRules(job);
      return job.spec.template.spec;
    };
    const memory = { key: 'nvidia.com/gpu.memory', operator: 'Gt', values: ['75366'] };
    const zone = { key: 'zone', operator: 'In', values: ['a'] };
    const name = { key: 'metadata.name', operator: 'In', values: ['n1'] };
    const required = { nodeSelectorTerms: [{ matchExpressions: [zone] }, { matchFields: [name] }, {}] };
    const preferred = [{ weight: 1, preference: { matchExpressions: [zone] } }];
    const made = madeWith({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: required,
          preferredDuringSchedulingIgnoredDuringExecution: preferred,
        },
      },
      tolerations: [{ key: 'mine', operator: 'Exists' }],
      nodeSelector: { $patch: 'replace', pool: 'x' },
      containers: [{ name: 'job', resources: { limits: { $patch: 'replace', cpu: '2' }, requests: null } }],
    });
    expect(made.affinity.nodeAffinity).toEqual({
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          { matchExpressions: [zone, memory] },
          { matchFields: [name], matchExpressions: [memory] },
          // It fits no node, and goes on fitting none.
          {},
        ],
      },
      preferredDuringSchedulingIgnoredDuringExecution: preferred,
    });
    expect(made.tolerations).toEqual([
      { key: 'mine', operator: 'Exists' },
      { key: 'nvidia.com/gpu', operator: 'Exists' },
    ]);
    expect(made.nodeSelector).toEqual({ pool: 'x', 'nvidia.com/gpu.product': 'A100' });
    const { limits, requests } = made.containers[0].resources;
    expect([limits, requests]).toEqual([{ cpu: '2', 'nvidia.com/gpu': '2' }, { 'nvidia.com/gpu': '2' }]);
    const claims = [{ name: 'nic' }];
    const resourceClaims = [{ $patch: 'replace' }, { name: 'nic', resourceClaimName: 'nic' }];
    const claimed = madeWith({ resourceClaims, containers: [{ name: 'job', resources: { claims } }] }, { dra: {} });
    expect(claimed.containers[0].resources.claims).toEqual([{ name: 'nic' }, { name: 'gpus' }]);
    expect(claimed.resourceClaims.map((claim: Any) => claim.name)).toEqual(['nic', 'gpus']);
    expect(madeWith({ affinity: { nodeAffinity: null } }).affinity.nodeAffinity).toEqual({
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [memory] }] },
    });
  });

  it('with directives that remove and replace', () => {
    const base = {
      spec: {
        nodeSelector: { a: '1', b: '2' },
        hostAliases: [
          { ip: '10.0.0.1', hostnames: ['x'] },
          { ip: '10.0.0.2', hostnames: ['y'] },
        ],
        securityContext: { runAsUser: 1, fsGroup: 2 },
        dnsConfig: { nameservers: ['1.1.1.1'] },
      },
    };
    const patch = {
      spec: {
        nodeSelector: { a: null, c: '3' },
        hostAliases: [
          { ip: '10.0.0.1', $patch: 'delete' },
          { ip: '10.0.0.3', hostnames: ['z'] },
        ],
        securityContext: { $patch: 'replace', runAsGroup: 3 },
        dnsConfig: { $patch: 'delete' },
      },
    };
    expect(refusal(patch)).toBe('none');
    expect(mergeTemplates(base, [patch])).toEqual({
      spec: {
        nodeSelector: { b: '2', c: '3' },
        hostAliases: [
          { ip: '10.0.0.2', hostnames: ['y'] },
          { ip: '10.0.0.3', hostnames: ['z'] },
        ],
        securityContext: { runAsGroup: 3 },
      },
    });
    const replaced = {
      spec: { hostAliases: [{ $patch: 'replace' }, { ip: '10.0.0.9' }], nodeSelector: { $patch: 'replace', z: '1' } },
    };
    expect(refusal(replaced)).toBe('none');
    expect(mergeTemplates(base, [replaced])).toMatchObject({
      spec: { hostAliases: [{ ip: '10.0.0.9' }], nodeSelector: { z: '1' } },
    });
    expect(JSON.stringify(mergeTemplates({}, [patch, replaced]))).not.toContain('$patch');
    expect(base.spec.nodeSelector).toEqual({ a: '1', b: '2' });
  });
});

describe('a pod template is refused', () => {
  it.each([
    [{ spec: { containers: [{ name: 'x', foo: 1 }] } }, 'unknown-field podTemplate.spec.containers.0.foo'],
    [{ spce: {} }, 'unknown-field podTemplate.spce'],
    [{ spec: { hostNetwork: 'yes' } }, 'invalid-job podTemplate.spec.hostNetwork'],
    [{ spec: { priority: 1.5 } }, 'invalid-job podTemplate.spec.priority'],
    [{ spec: { containers: {} } }, 'invalid-job podTemplate.spec.containers'],
    [{ spec: { containers: ['x'] } }, 'invalid-job podTemplate.spec.containers.0'],
    [{ spec: { containers: [{ image: 'x' }] } }, 'invalid-job podTemplate.spec.containers.0.name'],
    [
      { spec: { containers: [{ name: 'x', resources: { limits: { cpu: 2 } } }] } },
      'invalid-job podTemplate.spec.containers.0.resources.limits.cpu',
    ],
    [{ metadata: { labels: { a: 1 } } }, 'invalid-job podTemplate.metadata.labels.a'],
    [{ spec: { nodeSelector: { $patch: 'merge' } } }, 'invalid-job podTemplate.spec.nodeSelector.$patch'],
    [{ spec: { $retainKeys: [] } }, 'unknown-field podTemplate.spec.$retainKeys'],
    [{ spec: { constructor: {} } }, 'unknown-field podTemplate.spec.constructor'],
    ['x', 'invalid-job podTemplate'],
    [null, 'invalid-job podTemplate'],
  ])('where it is none: %j', (template, expected) => {
    expect(refusal(template)).toBe(expected);
  });

  it.each([
    [{ $patch: 'replace' }, '$patch'],
    [{ metadata: { $patch: 'delete' } }, 'metadata.$patch'],
    [{ metadata: { name: 'x' } }, 'metadata.name'],
    [{ metadata: { labels: null } }, 'metadata.labels'],
    [{ metadata: { labels: { 'runyard.dev/run': 'x' } } }, 'metadata.labels.runyard.dev/run'],
    [{ metadata: { annotations: { 'runyard.dev/notes': null } } }, 'metadata.annotations.runyard.dev/notes'],
    [{ spec: { $patch: 'replace' } }, 'spec.$patch'],
    [{ spec: { restartPolicy: 'OnFailure' } }, 'spec.restartPolicy'],
    [{ spec: { activeDeadlineSeconds: 1 } }, 'spec.activeDeadlineSeconds'],
    [{ spec: { terminationGracePeriodSeconds: null } }, 'spec.terminationGracePeriodSeconds'],
    [{ spec: { subdomain: 'x' } }, 'spec.subdomain'],
    [{ spec: { hostname: 'x' } }, 'spec.hostname'],
    [{ spec: { containers: null } }, 'spec.containers'],
    [{ spec: { containers: [{ $patch: 'replace' }, { name: 'x' }] } }, 'spec.containers.0.$patch'],
    [{ spec: { containers: [{ name: 'job', $patch: 'delete' }] } }, 'spec.containers.0.$patch'],
    [{ spec: { containers: [{ name: 'job', command: ['x'] }] } }, 'spec.containers.0.command'],
    [{ spec: { containers: [{ name: 'job', restartPolicy: 'Always' }] } }, 'spec.containers.0.restartPolicy'],
    [
      { spec: { containers: [{ name: 'job', terminationMessagePath: '/x' }] } },
      'spec.containers.0.terminationMessagePath',
    ],
    [
      { spec: { containers: [{ name: 'job', env: [{ name: 'RUNYARD_ATTEMPT', value: 'x' }] }] } },
      'spec.containers.0.env.0.name',
    ],
    [{ spec: { containers: [{ name: 'job', env: null }] } }, 'spec.containers.0.env'],
    [
      { spec: { containers: [{ name: 'job', volumeMounts: [{ $patch: 'replace' }] }] } },
      'spec.containers.0.volumeMounts.0.mountPath',
    ],
    [
      { spec: { containers: [{ name: 'job', volumeMounts: [{ mountPath: '/runyard/workspace', name: 'x' }] }] } },
      'spec.containers.0.volumeMounts.0.mountPath',
    ],
    [{ spec: { containers: [{ name: 'source' }] } }, 'spec.containers.0'],
    [{ spec: { initContainers: [{ name: 'source', image: 'x' }] } }, 'spec.initContainers.0.image'],
    ...[
      '/',
      '//',
      '/runyard/../',
      '//runyard',
      '/runyard/workspace/',
      '/x/../runyard-secret',
      '/dev/./termination-log',
    ].map((mountPath): [object, string] => [
      { spec: { containers: [{ name: 'job', volumeMounts: [{ mountPath, name: 'x' }] }] } },
      'spec.containers.0.volumeMounts.0.mountPath',
    ]),
    // With it, a job would have the credentials of its sources.
    [
      { spec: { containers: [{ name: 'job', volumeMounts: [{ mountPath: '/mnt', name: 'runyard-source' }] }] } },
      'spec.containers.0.volumeMounts.0.name',
    ],
    [
      { spec: { initContainers: [{ name: 'x', volumeMounts: [{ mountPath: '/mnt', name: 'runyard-job' }] }] } },
      'spec.initContainers.0.volumeMounts.0.name',
    ],
    [{ spec: { volumes: [{ name: 'runyard-job', emptyDir: {} }] } }, 'spec.volumes.0.name'],
    [{ spec: { volumes: [{ $patch: 'replace' }] } }, 'spec.volumes.0.$patch'],
  ])('where it would take over what this executor lives by: %j', (template, path) => {
    expect(refusal(template)).toBe(`unsupported-by-executor podTemplate.${path}`);
    expect(refusal(template, 'invalid-option')).toBe(`invalid-option podTemplate.${path}`);
  });

  it('and not for what is the host’s business', () => {
    const template = {
      spec: {
        containers: [
          {
            name: 'job',
            securityContext: { privileged: true, capabilities: { add: ['SYS_PTRACE'] } },
            volumeMounts: [
              { mountPath: '/data', name: 'data' },
              { mountPath: '/runyardx', name: 'data' },
              { mountPath: '/dev/infiniband', name: 'data' },
            ],
            resources: { limits: { 'rdma/hca': '1' } },
            lifecycle: { preStop: { exec: { command: ['sync'] } } },
            livenessProbe: { httpGet: { port: 'http' }, periodSeconds: 5 },
          },
        ],
        initContainers: [{ name: 'sidecar', image: 'x', restartPolicy: 'Always' }],
        hostPID: true,
        schedulerName: 'volcano',
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname' }],
          },
        },
      },
    };
    expect(refusal(template)).toBe('none');
  });
});

describe('the table of its types', () => {
  it('is what the models of the client say', async () => {
    const path = new URL('../src/manifest/overlay/pod-template-types.ts', import.meta.url);
    expect(await readFile(path, 'utf8'), 'run scripts/write-pod-template-types.ts').toBe(podTemplateTypesText());
  });
});
