import type { GitCredential } from '@runyard/core';
import { describe, expect, it } from 'vitest';
import type { AttemptInput } from '../src/manifest/attempt.ts';
import { claimTemplateManifest } from '../src/manifest/claim-template.ts';
import { contentOf } from '../src/manifest/content.ts';
import { jobManifest } from '../src/manifest/job.ts';
import { attemptNames, keyOfLabels } from '../src/manifest/names.ts';
import { secretManifest } from '../src/manifest/secret.ts';
import { serviceManifest } from '../src/manifest/service.ts';
import { checkAgainstModels } from './support/check-against-models.ts';
import { checkFieldRules } from './support/check-field-rules.ts';
import { inputOf, launchOf, runId, sizeWith, sourceOf } from './support/launches.ts';

// biome-ignore lint/suspicious/noExplicitAny: what is read of them is what is being proved
type Any = any;

const owner = { name: `runyard-${runId}-1`, uid: '5d0cf8e2-2c9c-4d7e-9a0a-000000000001' };

/** Every object of an attempt, each one checked. */
const objectsOf = (input: AttemptInput, credentials: (GitCredential | null)[] = []) => {
  const objects = {
    job: jobManifest(input) as Any,
    secret: secretManifest(input, { owner, credentials }) as Any,
    service: serviceManifest(input, owner) as Any,
    claim: claimTemplateManifest(input, owner) as Any,
  };
  for (const object of Object.values(objects)) {
    if (object === null) continue;
    checkAgainstModels(object);
    checkFieldRules(object);
  }
  return { ...objects, pod: objects.job.spec.template.spec };
};

const textIn = (secret: Any, key: string): string => Buffer.from(secret.data[key], 'base64').toString('utf8');

describe('the Job of an attempt', () => {
  it('is suspended, runs once, and tells by rules why it failed', () => {
    const { job } = objectsOf(inputOf({ sources: [sourceOf()] }), [null]);
    expect(job.spec).toMatchObject({
      suspend: true,
      completions: 1,
      parallelism: 1,
      backoffLimit: 0,
      podReplacementPolicy: 'Failed',
      ttlSecondsAfterFinished: 604_800,
      podFailurePolicy: {
        rules: [
          { action: 'FailJob', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          { action: 'FailJob', onExitCodes: { containerName: 'job', operator: 'NotIn', values: [0] } },
          { action: 'FailJob', onExitCodes: { containerName: 'source', operator: 'NotIn', values: [0] } },
        ],
      },
    });
    expect(job.spec.completionMode).toBeUndefined();
    expect(job.spec.template.spec.restartPolicy).toBe('Never');
  });

  it('has no rule for a container that it does not have', () => {
    expect(objectsOf(inputOf()).job.spec.podFailurePolicy.rules).toHaveLength(2);
  });

  it('has names and labels from which its key can be rebuilt', () => {
    const { job, secret } = objectsOf(inputOf());
    expect(job.metadata.name).toBe(`runyard-${runId}-1`);
    expect(secret.metadata.name).toBe(`runyard-${runId}-1-0a1b2c3d`);
    expect(job.metadata.annotations['runyard.dev/secret']).toBe(secret.metadata.name);
    expect(keyOfLabels(job.metadata.labels)).toBe(`${runId}.1`);
    expect(job.spec.template.metadata.labels).toEqual(job.metadata.labels);
    expect(keyOfLabels({ ...job.metadata.labels, 'app.kubernetes.io/managed-by': 'helm' })).toBeNull();
    expect(() => attemptNames({ key: 'No.such key' }, '0')).toThrow(TypeError);
    expect(() => attemptNames({ key: `${'a'.repeat(60)}.1` }, '0')).toThrow(TypeError);
  });

  it('has a deadline only where both limits are set, behind everything that Runyard waits for itself', () => {
    const deadline = (startMs: number | null, runMs: number | null) =>
      objectsOf(inputOf({ limits: { startMs, runMs, graceMs: 1500 } })).job.spec.activeDeadlineSeconds;
    expect(deadline(null, 60_000)).toBeUndefined();
    expect(deadline(60_000, null)).toBeUndefined();
    expect(deadline(60_000, 120_000)).toBe(60 + 120 + 2 + 600);
    expect(deadline(60_000, Number.MAX_SAFE_INTEGER)).toBe(2 ** 31 - 1);
  });

  it('gives its pod the grace of the job in whole seconds, one at least', () => {
    const grace = (graceMs: number) =>
      objectsOf(inputOf({ limits: { startMs: null, runMs: null, graceMs } })).pod.terminationGracePeriodSeconds;
    expect([grace(0), grace(1), grace(1000), grace(1001)]).toEqual([1, 1, 1, 2]);
    expect(grace(Number.MAX_SAFE_INTEGER)).toBe(2 ** 31 - 1);
  });
});

describe('its pod', () => {
  it('has no rights but those that it needs', () => {
    const { pod } = objectsOf(inputOf());
    expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
    expect(pod.securityContext).toEqual({ seccompProfile: { type: 'RuntimeDefault' } });
    expect(pod.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.serviceAccountName).toBeUndefined();
  });

  it('mounts the token of a service account that is named, and runs as the user that the host says', () => {
    const { pod } = objectsOf(inputOf({}, { serviceAccount: 'trainer', user: { uid: 1000, gid: 2000 } }));
    expect(pod).toMatchObject({ serviceAccountName: 'trainer', automountServiceAccountToken: true });
    expect(pod.securityContext).toMatchObject({ runAsUser: 1000, runAsGroup: 2000, fsGroup: 2000, runAsNonRoot: true });
  });

  it('asks for exactly its size, also while sources are fetched', () => {
    const size = { name: 'odd', cpu: 0.29, memoryBytes: 1_500_000_001, gpu: null };
    const { pod } = objectsOf(inputOf({ size, sources: [sourceOf()] }), [null]);
    const amounts = { cpu: '290m', memory: '1500000001' };
    for (const { resources } of [...pod.initContainers, ...pod.containers])
      expect(resources).toEqual({ requests: amounts, limits: amounts });
  });

  it('has the host’s placement and the job’s beside it', () => {
    const { pod } = objectsOf(
      inputOf(
        {
          spec: {
            wishes: { nodeSelector: { zone: 'a' }, runtimeClass: 'kata', tolerations: [{ operator: 'Exists' }] },
          },
        },
        {
          nodeSelector: { pool: 'jobs' },
          tolerations: [{ key: 'jobs', operator: 'Exists' }],
          allowTolerations: true,
          runtimeClass: 'runc',
          runtimeClasses: ['kata'],
          priorityClass: 'low',
          imagePullSecrets: ['registry'],
          imagePullPolicy: 'Always',
        },
      ),
    );
    expect(pod).toMatchObject({
      nodeSelector: { zone: 'a', pool: 'jobs' },
      tolerations: [{ key: 'jobs', operator: 'Exists' }, { operator: 'Exists' }],
      runtimeClassName: 'kata',
      priorityClassName: 'low',
      imagePullSecrets: [{ name: 'registry' }],
    });
    expect(pod.containers[0].imagePullPolicy).toBe('Always');
  });

  it('writes where it may, under a root that it may not write', () => {
    const mounts = (options: object) =>
      objectsOf(inputOf({}, options)).pod.containers[0].volumeMounts.map((mount: Any) => mount.mountPath);
    expect(mounts({})).toEqual(['/runyard', '/runyard-secret', '/tmp', '/dev/shm']);
    expect(mounts({ readOnlyRoot: false })).not.toContain('/tmp');
  });

  it('has the workspace on a volume of its own where a storage class is named', () => {
    const { pod } = objectsOf(inputOf({}, { workspace: { storageClass: 'fast', size: '20Gi' }, user: { uid: 1000 } }));
    expect(pod.volumes[0].ephemeral.volumeClaimTemplate.spec).toEqual({
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'fast',
      resources: { requests: { storage: String(20 * 2 ** 30) } },
    });
  });

  it('has half of its memory as /dev/shm, or what is asked for within it', () => {
    const shm = (wishes: object, options: object = {}) =>
      objectsOf(inputOf({ spec: { wishes } }, options)).pod.volumes.find((one: Any) => one.name === 'runyard-shm')
        .emptyDir;
    expect(shm({})).toEqual({ medium: 'Memory', sizeLimit: String(2 ** 29) });
    expect(shm({ shmSize: 2 ** 20 }).sizeLimit).toBe(String(2 ** 20));
    expect(shm({}, { shmSize: '1Ti' }).sizeLimit).toBe(String(2 ** 30));
    expect(() => inputOf({ spec: { wishes: { shmSize: 2 ** 31 } } })).toThrow(/shmSize/);
  });

  it('of several find each other by a Service, and know their rank', () => {
    const { job, pod, service } = objectsOf(inputOf({ spec: { scale: 3 } }));
    const name = `runyard-${runId}-1-0a1b2c3d`;
    expect(service.metadata.name).toBe(name);
    expect(job.spec).toMatchObject({ completions: 3, parallelism: 3, completionMode: 'Indexed' });
    expect(pod.subdomain).toBe(name);
    expect(service.spec).toEqual({
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: job.spec.template.metadata.labels,
    });
    expect(service.metadata.ownerReferences[0]).toMatchObject({ uid: owner.uid, controller: false });
    expect(pod.containers[0].env.slice(-3)).toEqual([
      {
        name: 'RUNYARD_RANK',
        valueFrom: { fieldRef: { fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']" } },
      },
      { name: 'RUNYARD_SCALE', value: '3' },
      { name: 'RUNYARD_LEADER', value: `${job.metadata.name}-0.${name}` },
    ]);
    expect(objectsOf(inputOf()).service).toBeNull();
  });
});

describe('what is secret', () => {
  const hostile = [
    '$(HOME) $HOME `id` "quoted" \'single\'',
    'line one\nline two\r\n',
    'Grüße 🚀 \u2028 \u0000'.replace('\u0000', ''),
    '',
    '-n --help',
    '%s %n \\0 \\',
  ];

  it('is nowhere but in the Secret, byte by byte', () => {
    const env = Object.fromEntries(hostile.map((value, i) => [`PLAIN_${i}`, value]));
    const secrets = hostile.flatMap((value, i) => [
      { type: 'environment_variable' as const, location: `SECRET_${i}`, value: `${value}#${i}` },
      { type: 'file' as const, location: `conf/file ${i}`, value: `${value}##${i}` },
    ]);
    const { job, secret, pod } = objectsOf(inputOf({ env, secrets }));
    hostile.forEach((value, i) => {
      expect(textIn(secret, `env.PLAIN_${i}`)).toBe(value);
      expect(textIn(secret, `env.SECRET_${i}`)).toBe(`${value}#${i}`);
      expect(textIn(secret, `file.${i}`)).toBe(`${value}##${i}`);
    });
    const shown = JSON.stringify(job);
    for (const value of hostile) if (value.length > 3) expect(shown).not.toContain(JSON.stringify(value).slice(1, -1));
    for (const { name, value, valueFrom } of pod.containers[0].env) {
      expect(value).toBeUndefined();
      expect(valueFrom).toEqual({ secretKeyRef: { name: secret.metadata.name, key: `env.${name}` } });
    }
  });

  it('ends with the Job, which it does not keep from ending', () => {
    expect(objectsOf(inputOf()).secret.metadata.ownerReferences).toEqual([
      { apiVersion: 'batch/v1', kind: 'Job', ...owner, controller: false, blockOwnerDeletion: false },
    ]);
  });

  it('is not in what the Job says of its sources', () => {
    const urls = [
      'https://bot:hunter2@git.example/a.git',
      'https://tok@en@git.example/a',
      'ssh://git:hunter2@git.example/b',
    ];
    const sources = [...urls, 'git@git.example:c.git', 'https://git.example/d@e'].map((url) => sourceOf({ url }));
    const job = jobManifest(inputOf({ sources })) as Any;
    const told = JSON.parse(job.metadata.annotations['runyard.dev/sources']).map(({ url }: Any) => url);
    expect(told).toEqual([
      'https://git.example/a.git',
      'https://git.example/a',
      'ssh://git@git.example/b',
      'git@git.example:c.git',
      'https://git.example/d@e',
    ]);
  });

  it('of the sources reaches only the container that fetches them', () => {
    const credentials: GitCredential[] = [
      { kind: 'https', username: 'bot', password: 'hunter2\n' },
      { kind: 'ssh', privateKey: 'KEY\n\n', knownHosts: 'git.example ssh-ed25519 AAAA' },
    ];
    const sources = [sourceOf({ path: 'a' }), sourceOf({ url: 'git@git.example:b.git', path: 'b' })];
    const { secret, pod } = objectsOf(inputOf({ sources }), credentials);
    expect(textIn(secret, 'git.0.password')).toBe('hunter2');
    expect(textIn(secret, 'git.1.key')).toBe('KEY\n');
    expect(textIn(secret, 'git.1.known_hosts')).toBe('git.example ssh-ed25519 AAAA\n');
    const ofJob = pod.volumes.find((one: Any) => one.name === 'runyard-job').secret.items.map((item: Any) => item.key);
    expect(ofJob).toEqual(['wrapper', 'script']);
    for (const key of ofJob) expect(secret.data[key]).toBeDefined();
    expect(pod.containers[0].volumeMounts.map((one: Any) => one.name)).not.toContain('runyard-source');
    for (const text of [textIn(secret, 'fetch'), JSON.stringify(pod)]) expect(text).not.toMatch(/hunter2|KEY\n/);
  });

  it('can be read by the pod’s own user alone where the host says who that is', () => {
    const mode = (options: object) => objectsOf(inputOf({}, options)).pod.volumes[1].secret.defaultMode;
    expect(mode({ user: { uid: 1000 } })).toBe(0o440);
    expect(mode({})).toBe(0o444);
  });

  it('that does not fit is refused by the name of its largest part', () => {
    const env = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`V${i}`, 'x'.repeat(110_000 + i)]));
    expect(() => objectsOf(inputOf({ env }))).toThrow(
      /1048576 in one Secret. The largest is `env.V9` with 110009 bytes/,
    );
    const secrets = [{ type: 'file' as const, location: 'big', value: 'ä'.repeat(600_000) }];
    expect(() => objectsOf(inputOf({ secrets }))).toThrow(/The largest is `secrets` with 1200000 bytes/);
    expect(() => objectsOf(inputOf({ env: { LONG: 'x'.repeat(131_067) } }))).toThrow(/`env.LONG`/);
    expect(() => objectsOf(inputOf({ env: { LONG: 'x'.repeat(131_066) } }))).not.toThrow();
  });
});

describe('the content of an attempt', () => {
  it('is the same for the same attempt, whoever prepares it and whatever its secrets are', () => {
    const secrets = (value: string) => [{ type: 'file' as const, location: 'token', value }];
    const one = inputOf({ secrets: secrets('a') });
    expect(contentOf({ ...one, nonce: 'ffffffff' })).toBe(contentOf(one));
    expect(contentOf(inputOf({ secrets: secrets('b') }))).toBe(contentOf(one));
  });

  it('changes with everything else', () => {
    const base = contentOf(inputOf());
    const others = [
      inputOf({ env: { A: '1' } }),
      inputOf({ sources: [sourceOf()] }),
      inputOf({ sources: [sourceOf({ commit: 'b'.repeat(40) })] }),
      inputOf({ script: { ...launchOf().script, text: 'false' } }),
      inputOf({ secrets: [{ type: 'file', location: 'token', value: '' }] }),
      inputOf({ spec: { image: 'other:1' } }),
      inputOf({ size: sizeWith({ count: 1 }) }),
      inputOf({}, { podTemplate: { spec: { hostNetwork: true } } }),
      inputOf({}, { knownHosts: 'git.example ssh-ed25519 AAAA' }),
      // Nothing of the pod tells these apart.
      inputOf({ size: sizeWith({ count: 1 }) }, { gpus: { dra: {} } }),
      inputOf({ size: sizeWith({ count: 2 }) }, { gpus: { dra: {} } }),
      inputOf({ size: sizeWith({ count: 1, model: 'A100' }) }, { gpus: { dra: {} } }),
    ].map(contentOf);
    expect(new Set([base, ...others]).size).toBe(others.length + 1);
  });
});

describe('the checks of these tests', () => {
  it('see a planted field, a planted type and a broken rule', () => {
    const job = () => jobManifest(inputOf({ sources: [sourceOf()] })) as Any;
    const planted = (plant: (job: Any) => void) => {
      const object = structuredClone(job());
      plant(object);
      return () => {
        checkAgainstModels(object);
        checkFieldRules(object);
      };
    };
    expect(planted(() => {})).not.toThrow();
    expect(planted(({ spec }) => (spec.template.spec.nodeSelectors = {}))).toThrow(
      /nodeSelectors is no field of V1PodSpec/,
    );
    expect(planted(({ spec }) => (spec.backoffLimit = '0'))).toThrow(/backoffLimit is "0"/);
    expect(planted(({ spec }) => (spec.backoffLimit = 0.5))).toThrow(/int32/);
    expect(planted(({ metadata }) => (metadata.labels.x = 'has spaces'))).toThrow(/label x/);
    expect(planted(({ spec }) => (spec.template.spec.containers[0].resources.requests = { cpu: '9' }))).toThrow(
      /limit/,
    );
    expect(planted(({ spec }) => spec.template.spec.volumes.pop())).toThrow(/volume runyard-shm/);
    expect(planted(({ spec }) => (spec.podReplacementPolicy = 'TerminatingOrFailed'))).toThrow(/podReplacementPolicy/);
    const exits = (spec: Any) => spec.podFailurePolicy.rules[1].onExitCodes;
    expect(planted(({ spec }) => (exits(spec).operator = 'In'))).toThrow(/In with 0/);
    expect(planted(({ spec }) => (exits(spec).values = [2, 1]))).toThrow(/ordered/);
    for (const seconds of [0, -1, 2 ** 31]) {
      expect(planted(({ spec }) => (spec.activeDeadlineSeconds = seconds))).toThrow(/activeDeadlineSeconds/);
      expect(planted(({ spec }) => (spec.template.spec.activeDeadlineSeconds = seconds))).toThrow(/activeDeadlineSec/);
    }
    expect(planted(({ spec }) => (spec.ttlSecondsAfterFinished = -1))).toThrow(/ttlSecondsAfterFinished/);
  });
});
