import { type GpuRequest, isAttemptFailed } from '@runyard/core';
import { describe, expect, it } from 'vitest';
import { claimTemplateManifest } from '../src/manifest/claim-template.ts';
import { jobManifest } from '../src/manifest/job.ts';
import { queueOf } from '../src/manifest/launchable.ts';
import { secretManifest } from '../src/manifest/secret.ts';
import type { K8sExecutorOptions } from '../src/options.ts';
import { checkAgainstModels } from './support/check-against-models.ts';
import { checkFieldRules } from './support/check-field-rules.ts';
import { inputOf, sizeWith } from './support/launches.ts';

// biome-ignore lint/suspicious/noExplicitAny: what is read of them is what is being proved
type Any = any;

const owner = { name: 'the-job', uid: '5d0cf8e2-2c9c-4d7e-9a0a-000000000001' };

const objectsOf = (gpu: GpuRequest, options: K8sExecutorOptions = {}, wishes = {}) => {
  const input = inputOf({ size: sizeWith(gpu), spec: { wishes } }, options);
  const job = jobManifest(input) as Any;
  const claim = claimTemplateManifest(input, owner) as Any;
  const secret = secretManifest(input, { owner, credentials: [] }) as Any;
  for (const object of [job, secret, ...(claim ? [claim] : [])]) {
    checkAgainstModels(object);
    checkFieldRules(object);
  }
  return { job, claim, secret, pod: job.spec.template.spec };
};

const asked = (pod: Any): Record<string, string> => {
  const { cpu: _, memory: __, ...gpus } = pod.containers[0].resources.limits;
  return gpus;
};

const refusalOf = (gpu: GpuRequest, options: K8sExecutorOptions = {}): string => {
  try {
    objectsOf(gpu, options);
  } catch (error) {
    if (isAttemptFailed(error) && error.outcome.class === 'start-failed' && error.outcome.reason === 'unknown-gpu')
      return error.outcome.sentence ?? '';
    throw error;
  }
  return 'none';
};

describe('GPUs by a device plugin', () => {
  it('of NVIDIA are counted, on nodes whose taint is tolerated', () => {
    const { pod, claim, secret } = objectsOf({ count: 2 });
    expect(asked(pod)).toEqual({ 'nvidia.com/gpu': '2' });
    expect(pod.tolerations).toEqual([{ key: 'nvidia.com/gpu', operator: 'Exists' }]);
    expect(pod.nodeSelector).toBeUndefined();
    expect(pod.affinity).toBeUndefined();
    expect(claim).toBeNull();
    // The device plugin says which.
    expect(secret.data['env.NVIDIA_VISIBLE_DEVICES']).toBeUndefined();
  });

  it('are not had by who asks for none, also where NVIDIA’s runtime is the node’s default', () => {
    const location = 'NVIDIA_VISIBLE_DEVICES';
    const secrets = [{ type: 'environment_variable' as const, location, value: 'all' }];
    for (const parts of [{}, { env: { [location]: 'all' } }, { secrets }]) {
      const secret = secretManifest(inputOf(parts), { owner, credentials: [] }) as Any;
      expect(Buffer.from(secret.data[`env.${location}`], 'base64').toString()).toBe('void');
      const some = inputOf({ ...parts, size: sizeWith({ count: 1 }) });
      expect((secretManifest(some, { owner, credentials: [] }) as Any).data[`env.${location}`]).toBeUndefined();
    }
  });

  it('of a model and a memory are found by the labels of NVIDIA’s labeller, 8 % below what a card is called', () => {
    const { pod } = objectsOf({ count: 1, model: 'NVIDIA A100-SXM4-80GB', memoryBytes: 80 * 2 ** 30 });
    expect(pod.nodeSelector).toEqual({ 'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB' });
    expect(pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms).toEqual([
      { matchExpressions: [{ key: 'nvidia.com/gpu.memory', operator: 'Gt', values: ['75366'] }] },
    ]);
  });

  it('of a model that the host knows are found as the host says', () => {
    const models = {
      A100: { nodeSelector: { 'cloud.google.com/gke-accelerator': 'nvidia-a100-80gb' } },
      H100: { resource: 'nvidia.com/gpu-h100' },
    };
    const gpus = { models, memoryLabel: null };
    const { pod } = objectsOf({ count: 1, model: 'A100', memoryBytes: 80 * 2 ** 30 }, { gpus });
    expect(pod.nodeSelector).toEqual(models.A100.nodeSelector);
    expect(pod.affinity).toBeUndefined();
    const other = objectsOf({ count: 4, model: 'H100' }, { gpus }).pod;
    expect(asked(other)).toEqual({ 'nvidia.com/gpu-h100': '4' });
    expect(other.tolerations.map((one: Any) => one.key)).toEqual(['nvidia.com/gpu', 'nvidia.com/gpu-h100']);
  });

  it('are MIG instances by the resource of their profile', () => {
    const { pod } = objectsOf({ count: 2, mig: '1g.10gb', memoryBytes: 10 * 2 ** 30 });
    expect(asked(pod)).toEqual({ 'nvidia.com/mig-1g.10gb': '2' });
    expect(pod.tolerations.map((one: Any) => one.key)).toEqual(['nvidia.com/gpu', 'nvidia.com/mig-1g.10gb']);
    // Labels tell less than the profile's name: 4,864 MiB for 1g.5gb.
    expect(pod.affinity).toBeUndefined();
    expect(asked(objectsOf({ count: 1, mig: '1g.10gb+me' }).pod)).toEqual({ 'nvidia.com/mig-1g.10gb.me': '1' });
  });

  it('are shares of time-sliced ones by one part of each GPU', () => {
    const gpus = { shared: { resource: 'nvidia.com/gpu.shared', replicas: 4 } };
    const parts = (share: number, count = 1) => asked(objectsOf({ count, share }, { gpus }).pod);
    expect(parts(0.25)).toEqual({ 'nvidia.com/gpu.shared': '1' });
    expect(parts(0.01)).toEqual({ 'nvidia.com/gpu.shared': '1' });
    expect(parts(0.25, 2)).toEqual({ 'nvidia.com/gpu.shared': '2' });
  });

  it('are never several parts of one GPU, which NVIDIA’s plugin refuses or takes from several', () => {
    const gpus = { shared: { resource: 'nvidia.com/gpu.shared', replicas: 3 } };
    expect(refusalOf({ count: 1, share: 0.5 }, { gpus })).toMatch(/into 3 parts.*at most 0\.333,/);
    expect(refusalOf({ count: 1, share: 1 }, { gpus })).toMatch(/whole one/);
    expect(refusalOf({ count: 1, share: 1 / 3 }, { gpus })).toBe('none');
  });

  it('that are shared under the name of whole ones lie on nodes that are marked so', () => {
    const gpus = { shared: { resource: 'nvidia.com/gpu', replicas: 2 } };
    const { pod } = objectsOf({ count: 1, share: 0.5, model: 'Tesla-T4' }, { gpus });
    expect(pod.nodeSelector).toEqual({ 'nvidia.com/gpu.product': 'Tesla-T4-SHARED' });
  });

  it('of AMD and of Intel have their own resources and labels', () => {
    const amd = objectsOf({ count: 8, model: 'AMD Instinct MI300X (OAM)' }, { gpus: { vendor: 'amd' } });
    expect(asked(amd.pod)).toEqual({ 'amd.com/gpu': '8' });
    expect(amd.pod.nodeSelector).toEqual({ 'amd.com/gpu.product-name': 'AMD_Instinct_MI300X_OAM' });
    expect(amd.pod.tolerations).toEqual([{ key: 'amd.com/gpu', operator: 'Exists' }]);
    const intel = objectsOf({ count: 1, model: 'Flex 170' }, { gpus: { vendor: 'intel' } });
    expect(asked(intel.pod)).toEqual({ 'gpu.intel.com/i915': '1' });
    expect(intel.pod.nodeSelector).toEqual({ 'gpu.intel.com/product': 'Flex_170' });
  });

  it('are of the model that the size names, also where the job asks for nodes with another', () => {
    const label = 'nvidia.com/gpu.product';
    const made = (value: string) => () =>
      objectsOf({ count: 1, model: 'NVIDIA L4' }, {}, { nodeSelector: { [label]: value } }).pod.nodeSelector;
    expect(made('NVIDIA-H100')).toThrow(
      /nodeSelector\.nvidia\.com\/gpu\.product.*size gpu are on nodes where it is 'NVIDIA-L4'/,
    );
    expect(made('NVIDIA-L4')()).toEqual({ [label]: 'NVIDIA-L4' });
  });

  it('bring their runtime class before the host’s, and not before the job’s', () => {
    const options = { runtimeClass: 'runc', runtimeClasses: ['kata'], gpus: { runtimeClass: 'nvidia' } };
    expect(objectsOf({ count: 1 }, options).pod.runtimeClassName).toBe('nvidia');
    expect(objectsOf({ count: 1 }, options, { runtimeClass: 'kata' }).pod.runtimeClassName).toBe('kata');
    expect((jobManifest(inputOf({}, options)) as Any).spec.template.spec.runtimeClassName).toBe('runc');
  });

  it('that the mapping cannot give are refused by what to do', () => {
    expect(refusalOf({ count: 1, share: 0.5 })).toMatch(/gpus\.shared/);
    expect(refusalOf({ count: 1, share: 0.5, mig: '1g.5gb' })).toMatch(/share of a MIG instance/);
    expect(refusalOf({ count: 1, mig: '1g.5gb' }, { gpus: { vendor: 'amd' } })).toMatch(/says amd/);
    expect(refusalOf({ count: 1, mig: '"; DROP' })).toMatch(/no MIG profile/);
    for (const gpus of [{}, { dra: {} }, { memoryLabel: null }]) {
      expect(refusalOf({ count: 1, mig: '1g.5gb', memoryBytes: 5 * 2 ** 30 }, { gpus })).toBe('none');
      expect(refusalOf({ count: 1, mig: '1g.5gb', memoryBytes: 5 * 2 ** 30 + 1 }, { gpus })).toMatch(/larger profile/);
    }
    expect(refusalOf({ count: 1, model: '🚀' })).toMatch(/gpus\.models/);
    expect(refusalOf({ count: 1, model: 'x'.repeat(64) })).toMatch(/gpus\.models/);
    expect(refusalOf({ count: 1, memoryBytes: 2 ** 34 }, { gpus: { vendor: 'amd' } })).toMatch(/how much memory/);
    expect(refusalOf({ count: 1, model: 'constructor', memoryBytes: 1 }, { gpus: { memoryLabel: null } })).toMatch(
      /memory/,
    );
  });
});

describe('GPUs by DRA', () => {
  const dra = { gpus: { dra: {} } };
  const expressions = (claim: Any): string[] =>
    claim.spec.spec.devices.requests[0].exactly.selectors.map((one: Any) => one.cel.expression);

  it('are claimed from a template that ends with the Job', () => {
    const { pod, claim, job } = objectsOf({ count: 2 }, dra);
    expect(claim).toMatchObject({
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaimTemplate',
      metadata: { name: `${job.metadata.name}-0a1b2c3d`, ownerReferences: [{ uid: owner.uid }] },
      spec: {
        metadata: { labels: job.metadata.labels },
        spec: {
          devices: {
            requests: [
              { name: 'gpus', exactly: { deviceClassName: 'gpu.nvidia.com', allocationMode: 'ExactCount', count: 2 } },
            ],
          },
        },
      },
    });
    expect(claim.spec.spec.devices.requests[0].exactly.selectors).toBeUndefined();
    expect(pod.resourceClaims).toEqual([{ name: 'gpus', resourceClaimTemplateName: claim.metadata.name }]);
    expect(pod.containers[0].resources.claims).toEqual([{ name: 'gpus' }]);
    expect(asked(pod)).toEqual({});
  });

  it('are selected by whole words of the model, by memory, and asked only for what a device has', () => {
    const { claim } = objectsOf({ count: 1, model: 'A100 SXM4', memoryBytes: 80 * 2 ** 30 }, dra);
    const name = 'device.attributes["gpu.nvidia.com"].productName';
    const memory = 'device.capacity["gpu.nvidia.com"].memory';
    expect(expressions(claim)).toEqual([
      `has(${name}) && ${name}.lowerAscii().matches("(^|[^a-z0-9.])a100[^a-z0-9.]+sxm4([^a-z0-9.]|$)")`,
      `has(${memory}) && ${memory}.compareTo(quantity("79027398247")) >= 0`,
    ]);
    const [, pattern = ''] = /matches\((".*")\)/.exec(expressions(claim)[0] ?? '') ?? [];
    const fits = new RegExp(JSON.parse(pattern));
    expect(['nvidia a100-sxm4-80gb', 'a100 sxm4'].every((product) => fits.test(product))).toBe(true);
    expect(['nvidia a1000-sxm4', 'rtx a100', 'nvidia a100-pcie'].some((product) => fits.test(product))).toBe(false);
  });

  it('of a model with a dot in its name are no others', () => {
    const { claim } = objectsOf({ count: 1, model: 'B2.0' }, dra);
    expect(expressions(claim)[0]).toContain('b2[.]0');
  });

  it('are MIG instances by their class and profile', () => {
    const { claim } = objectsOf({ count: 1, mig: '1g.10gb', memoryBytes: 10 * 2 ** 30 }, dra);
    expect(claim.spec.spec.devices.requests[0].exactly.deviceClassName).toBe('mig.nvidia.com');
    const profile = 'device.attributes["gpu.nvidia.com"].profile';
    expect(expressions(claim)).toEqual([`has(${profile}) && ${profile} == "1g.10gb"`]);
  });

  it('have the names of their vendor, or those that the host gives', () => {
    const claimWith = (gpus: object) => objectsOf({ count: 1, model: 'MI300X' }, { gpus }).claim;
    const amd = claimWith({ vendor: 'amd', dra: {} });
    expect(amd.spec.spec.devices.requests[0].exactly.deviceClassName).toBe('gpu.amd.com');
    expect(expressions(amd)[0]).toContain('device.attributes["gpu.amd.com"].productName');
    const own = claimWith({ dra: { deviceClass: 'big', driver: 'gpu.example.com', modelAttribute: 'model' } });
    expect(own.spec.spec.devices.requests[0].exactly.deviceClassName).toBe('big');
    expect(expressions(own)[0]).toContain('device.attributes["gpu.example.com"].model');
  });

  it('take nothing into an expression that would end a text in it', () => {
    for (const model of ['A100" || true || "', "A100'\n\\", 'Ä100 $(x) A100']) {
      const [expression = ''] = expressions(objectsOf({ count: 1, model }, dra).claim);
      expect(expression).toMatch(/^has\([\w.[\]"]+\) && [\w.[\]"]+\.lowerAscii\(\)\.matches\("[^"\\]*"\)$/);
    }
    expect(refusalOf({ count: 1, model: '???' }, dra)).toMatch(/letters or digits/);
    expect(refusalOf({ count: 1, mig: '1g.10gb" || true' }, dra)).toMatch(/no MIG profile/);
    expect(refusalOf({ count: 1, share: 0.5 }, dra)).toMatch(/gpus\.shared/);
  });
});

describe('Kueue', () => {
  it('finds a Job without a queue until it is started, and goes by its priority class', () => {
    const options = { queue: 'team-a', priorityClass: 'high' };
    const { job, pod } = objectsOf({ count: 1 }, options);
    expect(Object.keys(job.metadata.labels).filter((label) => label.includes('kueue'))).toEqual([]);
    expect(job.spec.suspend).toBe(true);
    expect(pod.priorityClassName).toBe('high');
    const { launch, settings } = inputOf({}, options);
    expect(queueOf(launch.spec, settings)).toBe('team-a');
  });
});
