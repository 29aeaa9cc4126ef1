import { isRunyardError, type JobSpec, parseCron } from '@runyard/core';
import { describe, expect, it } from 'vitest';
import { cronSchedule } from '../src/cron-job/cron-schedule.ts';
import { type CronJobOptions, toCronJob } from '../src/cron-job/to-cron-job.ts';
import { checkAgainstModels } from './support/check-against-models.ts';
import { checkFieldRules } from './support/check-field-rules.ts';
import { robfigNext } from './support/robfig-next.ts';

// biome-ignore lint/suspicious/noExplicitAny: what is read of them is what is being proved
type Any = any;

const schedule = (parts: Partial<NonNullable<JobSpec['schedule']>> = {}): NonNullable<JobSpec['schedule']> => ({
  cron: '30 2 * * MON-FRI',
  timezone: null,
  dst: 'once',
  missed: { rule: 'latest', windowMs: 3_600_000, cap: 1000 },
  enabled: true,
  startsAt: null,
  endsAt: null,
  jitterMs: 0,
  ...parts,
});

const job = (parts: Partial<JobSpec> = {}): JobSpec => ({
  name: 'nightly',
  description: '',
  tags: {},
  owner: 'user:ann',
  executor: 'k8s',
  command: ['python3', 'train.py'],
  image: 'python:3.13',
  hardware: 'cpu',
  size: 'small',
  priority: 0,
  sources: [],
  extraPackages: null,
  env: { GREETING: "it's $(HOME)" },
  secrets: [],
  startScript: null,
  workingDir: null,
  concurrencyPolicy: 'Allow',
  schedule: schedule(),
  backoff: {
    limit: 0,
    initialMs: 10_000,
    factor: 2,
    maxMs: 360_000,
    jitter: 0,
    notOnExitCodes: [],
    infrastructureLimit: 5,
  },
  limits: { startMs: null, runMs: null, graceMs: 30_000 },
  retention: { maxAgeMs: 90 * 86_400_000, maxRuns: 1000 },
  onPlaceLost: { rule: 'wait', afterMs: null },
  scale: 1,
  executorOptions: {},
  ...parts,
});

const source = (parts: Partial<JobSpec['sources'][number]> = {}): JobSpec['sources'][number] => ({
  ...{ url: 'https://git.example/team/code.git', ref: null, refType: null, path: null },
  ...{ credential: null, submodules: false, lfs: false },
  ...parts,
});

const small = { cpu: 1, memory: '1Gi' };

const made = (parts: Partial<JobSpec> = {}, options: Partial<CronJobOptions> = {}) => {
  const { manifests, drops } = toCronJob(job(parts), { size: small, ...options });
  for (const manifest of manifests) {
    checkAgainstModels(manifest);
    checkFieldRules(manifest);
  }
  const byKind = Object.fromEntries(manifests.map((manifest) => [manifest.kind, manifest as Any]));
  const { CronJob: cron, Secret: secret, Service: service, ResourceClaimTemplate: claim } = byKind;
  const inner = cron.spec.jobTemplate.spec;
  const text = (key: string): string => Buffer.from(secret.data[key] ?? '', 'base64').toString('utf8');
  return { cron, secret, service, claim, inner, pod: inner.template.spec, text, drops, kinds: Object.keys(byKind) };
};

const refusal = (parts: Partial<JobSpec>, options: Partial<CronJobOptions> = {}): string => {
  try {
    made(parts, options);
    return 'none';
  } catch (error) {
    if (!isRunyardError(error)) throw error;
    return `${error.code} ${error.field}`;
  }
};

const variable = (pod: Any, name: string): Any => pod.containers[0].env.find((one: Any) => one.name === name);

describe('a CronJob', () => {
  it('runs the job’s command on its schedule, by a pod that is made as those of attempts are', () => {
    const { cron, inner, pod, secret, text, kinds } = made();
    expect(kinds).toEqual(['Secret', 'CronJob']);
    expect(cron.metadata.name).toBe('nightly');
    expect(cron.spec).toMatchObject({
      schedule: '30 2 * * MON-FRI',
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Allow',
      startingDeadlineSeconds: 3600,
      suspend: false,
      successfulJobsHistoryLimit: 10,
      failedJobsHistoryLimit: 10,
    });
    expect(inner).toMatchObject({ backoffLimit: 0, ttlSecondsAfterFinished: 90 * 86_400, completions: 1 });
    expect(pod.containers[0].command).toEqual(['/bin/sh', '/runyard-secret/wrapper']);
    expect(text('script')).toContain("'python3' 'train.py'");
    expect(text('env.GREETING')).toBe("it's $(HOME)");
    expect(variable(pod, 'GREETING').valueFrom.secretKeyRef).toEqual({
      name: 'runyard-cron-nightly',
      key: 'env.GREETING',
    });
    for (const key of ['wrapper', 'script']) expect(secret.data[key]).toBeDefined();
  });

  it('carries nothing by which Runyard would take its pods for attempts', () => {
    const { cron, inner } = made();
    const labels = JSON.stringify([
      cron.metadata.labels,
      cron.spec.jobTemplate.metadata,
      inner.template.metadata.labels,
    ]);
    expect(labels).not.toContain('managed-by');
    expect(labels).not.toContain('runyard.dev/run"');
  });

  it('keeps policies, limits and pauses as far as the cluster can', () => {
    const { cron, inner, pod } = made({
      concurrencyPolicy: 'Replace',
      schedule: schedule({ enabled: false, missed: { rule: 'skip', windowMs: 0, cap: 1 } }),
      backoff: { ...job().backoff, limit: 3, notOnExitCodes: [3, 2, 3] },
      limits: { startMs: null, runMs: 90_500, graceMs: 5000 },
      retention: { maxAgeMs: 60_000, maxRuns: 2 },
    });
    expect(cron.spec).toMatchObject({
      concurrencyPolicy: 'Replace',
      suspend: true,
      startingDeadlineSeconds: 60,
      successfulJobsHistoryLimit: 2,
    });
    expect(inner.backoffLimit).toBe(3);
    expect(inner.ttlSecondsAfterFinished).toBe(60);
    expect(inner.activeDeadlineSeconds).toBeUndefined();
    expect(inner.podFailurePolicy.rules).toEqual([
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      { action: 'FailJob', onExitCodes: { containerName: 'job', operator: 'In', values: [2, 3] } },
    ]);
    expect(pod).toMatchObject({ activeDeadlineSeconds: 91, terminationGracePeriodSeconds: 5 });
    const long = made({ limits: { startMs: null, runMs: Number.MAX_SAFE_INTEGER, graceMs: 1 } });
    expect(long.pod.activeDeadlineSeconds).toBe(2 ** 31 - 1);
    const stored = { id: 'x', revision: 1, spec: job(), applied: false, createdAt: 0, updatedAt: 0 };
    const paused = toCronJob({ ...stored, pause: { at: 0, by: 'ann', note: null } }, { size: small });
    expect((paused.manifests.at(-1) as Any).spec.suspend).toBe(true);
  });

  it('clones sources by their refs when it runs, with credentials from the Secret that is named', () => {
    const sources = [
      source({ ref: 'main', refType: 'branch', credential: 'github', path: 'a' }),
      source({ url: 'git@git.example:x.git', ref: 'v1', credential: 'deploy', path: 'b' }),
      source({ path: 'c' }),
    ];
    const { pod, text } = made({ sources }, { secretName: 'team-secrets' });
    expect(text('fetch')).toContain("runyard_fetch 'refs/heads/main'\n");
    expect(text('fetch')).toContain("runyard_fetch 'refs/heads/v1' 'refs/tags/v1' 'v1'\n");
    expect(text('fetch')).toContain("runyard_fetch 'HEAD'\n");
    const volume = pod.volumes.find((one: Any) => one.name === 'runyard-source').projected;
    expect(volume.sources).toEqual([
      { secret: { name: 'runyard-cron-nightly' } },
      {
        secret: {
          name: 'team-secrets',
          items: [
            { key: 'github.username', path: 'git.0.username' },
            { key: 'github.password', path: 'git.0.password' },
            { key: 'deploy.key', path: 'git.1.key' },
            { key: 'deploy.known_hosts', path: 'git.1.known_hosts' },
          ],
        },
      },
    ]);
  });

  it('takes secrets from the Secret that is named, as variables and as files', () => {
    const secrets = [
      { name: 'db', type: 'environment_variable' as const, location: 'DB_PASSWORD' },
      { name: 'cert', type: 'file' as const, location: 'conf/cert.pem' },
    ];
    const env = { DB_PASSWORD: 'the secret wins' };
    const { pod, secret, text, drops } = made({ secrets, env }, { secretName: 'team-secrets' });
    expect(variable(pod, 'DB_PASSWORD').valueFrom.secretKeyRef).toEqual({ name: 'team-secrets', key: 'db' });
    const volume = pod.volumes.find((one: Any) => one.name === 'runyard-job').projected;
    expect(volume.sources[1]).toEqual({ secret: { name: 'team-secrets', items: [{ key: 'cert', path: 'file.0' }] } });
    expect(text('place')).toContain("runyard_place 0 'conf' 'cert.pem'");
    expect(secret.data['file.0']).toBeUndefined();
    expect(drops.join()).toContain('team-secrets');
    const without = made({ secrets });
    expect(variable(without.pod, 'DB_PASSWORD')).toBeUndefined();
    expect(without.secret.data.place).toBeUndefined();
    expect(without.drops.join()).toContain('left out (db, cert)');
  });

  it('has what several pods, claims and queues need beside it', () => {
    const scaled = made({ scale: 3 }, { namespace: 'jobs' });
    expect(scaled.kinds).toEqual(['Secret', 'Service', 'CronJob']);
    expect(scaled.cron.metadata.namespace).toBe('jobs');
    expect(scaled.inner).toMatchObject({ completionMode: 'Indexed', completions: 3, parallelism: 3 });
    expect(scaled.pod.subdomain).toBe(scaled.service.metadata.name);
    expect(scaled.service.spec.selector).toEqual(scaled.inner.template.metadata.labels);
    expect(variable(scaled.pod, 'RUNYARD_LEADER').value).toBe('$(RUNYARD_RUN_ID)-0.runyard-cron-nightly');
    const gpu = { cpu: 1, memory: '1Gi', gpu: { count: 1 } };
    const claimed = made({ hardware: 'gpu' }, { size: gpu, gpus: { dra: {} }, queue: 'team' });
    expect(claimed.pod.resourceClaims[0].resourceClaimTemplateName).toBe(claimed.claim.metadata.name);
    expect(claimed.cron.spec.jobTemplate.metadata.labels['kueue.x-k8s.io/queue-name']).toBe('team');
    expect(variable(made({ hardware: 'gpu' }, { size: gpu }).pod, 'NVIDIA_VISIBLE_DEVICES')).toBeUndefined();
  });

  it('has no GPUs but those of its size, whatever a variable or a secret of it says', () => {
    const location = 'NVIDIA_VISIBLE_DEVICES';
    const secrets = [{ name: 'all', type: 'environment_variable' as const, location }];
    for (const parts of [{}, { env: { [location]: 'all' } }, { secrets }]) {
      expect(variable(made(parts, { secretName: 'team' }).pod, location)).toEqual({ name: location, value: 'void' });
      const size = { cpu: 1, memory: '1Gi', gpu: { count: 1 } };
      expect(variable(made({ ...parts, hardware: 'gpu' }, { size, secretName: 'team' }).pod, location)).toBeUndefined();
    }
  });

  it('has a name that Kubernetes takes, and that no other job’s becomes', () => {
    const name = (parts: Partial<JobSpec>) => made(parts).cron.metadata.name;
    expect(name({ name: 'a'.repeat(52) })).toBe('a'.repeat(52));
    expect(name({ name: 'a'.repeat(53) })).toMatch(/^a{43}-[0-9a-f]{8}$/);
    expect(name({ name: 'a'.repeat(52), scale: 1000 })).toHaveLength(48);
    expect(name({ name: 'Nightly Report / Ünïcode' })).toMatch(/^nightly-report-n-code-[0-9a-f]{8}$/);
    expect(name({ name: '夜間' })).toMatch(/^job-[0-9a-f]{8}$/);
    expect(name({ name: 'A b' })).not.toBe(name({ name: 'a B' }));
    expect(name({ name: 'A b' })).not.toBe(name({ name: 'A b', owner: 'user:bob' }));
  });

  it('overwrites nothing of others that has the job’s name', () => {
    const gpu = { cpu: 1, memory: '1Gi', gpu: { count: 1 } };
    const names = (name: string): string[] => {
      const made = toCronJob(job({ name, scale: 2 }), { size: gpu, gpus: { dra: {} } });
      return made.manifests.slice(0, -1).map(({ metadata }) => metadata.name);
    };
    expect(names('web')).toEqual(['runyard-cron-web', 'runyard-cron-web', 'runyard-cron-web']);
    const [long = ''] = names('a'.repeat(50));
    expect(long).toBe(`runyard-cron-${'a'.repeat(50)}`);
    const pods = { cron: 'a'.repeat(51), other: `${'a'.repeat(50)}b` };
    const [one = '', two = ''] = [pods.cron, pods.other].map(
      (name) => made({ name }, { cronJobName: name }).secret.metadata.name,
    );
    expect(one).toMatch(/^runyard-cron-a{41}-[0-9a-f]{8}$/);
    expect(one).toHaveLength(63);
    expect(two).not.toBe(one);
  });

  it('is not retried where it is several pods: one would run beside what is left of the others', () => {
    const backoff = { ...job().backoff, limit: 3 };
    const { inner, drops } = made({ scale: 2, backoff });
    expect(inner.backoffLimit).toBe(0);
    expect(inner.podFailurePolicy.rules).toEqual([
      { action: 'FailJob', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    ]);
    expect(drops.join()).toMatch(/several pods are not retried/);
    expect(drops.join()).not.toMatch(/retried without a limit|Retries wait/);
    expect(made({ backoff }).drops.join()).not.toMatch(/several pods/);
  });

  it('has the least deadline that is safe under Forbid, since what is forbidden may start within it', () => {
    const forbid = (missed: NonNullable<JobSpec['schedule']>['missed']) =>
      made({ concurrencyPolicy: 'Forbid', schedule: schedule({ missed }) });
    const latest = forbid({ rule: 'latest', windowMs: 3_600_000, cap: 1 });
    expect(latest.cron.spec.startingDeadlineSeconds).toBe(30);
    expect(latest.drops.join()).toMatch(/starts late where that run ends within 30 s.*missed` is not kept/s);
    expect(forbid({ rule: 'skip', windowMs: 0, cap: 1 }).drops.join()).not.toMatch(/missed/);
  });

  it('is refused where it could not be one', () => {
    expect(refusal({ schedule: null })).toBe('invalid-job schedule');
    expect(refusal({}, { cronJobName: 'a'.repeat(53) })).toBe('invalid-option cronJobName');
    expect(refusal({}, { cronJobName: '1a' })).toBe('invalid-option cronJobName');
    expect(refusal({}, { secretName: 'A b' })).toBe('invalid-option secretName');
    expect(refusal({}, { secretName: 'runyard-cron-nightly' })).toBe('invalid-option secretName');
    const secrets = [{ name: 'a b', type: 'file' as const, location: 'x' }];
    expect(refusal({ secrets }, { secretName: 's' })).toBe('unsupported-by-executor secrets.0.name');
    expect(refusal({ image: null })).toBe('unsupported-by-executor image');
    expect(refusal({ executorOptions: { queue: 'x' } })).toBe('unsupported-by-executor executorOptions.queue');
    expect(refusal({}, { size: { cpu: 1, memory: '1Gi', gpu: { count: 1, share: 0.5 } } })).toMatch(
      /^unsupported-by-executor/,
    );
    expect(refusal({}, { nonsense: 1 } as object)).toBe('invalid-option k8sExecutor.nonsense');
    expect(refusal({ schedule: schedule({ cron: 'x' }) })).toMatch(/^invalid-cron/);
  });
});

describe('a schedule', () => {
  const said = (cron: string, timezone: string | null = null) => {
    const { schedule: text, timeZone } = cronSchedule({ cron, timezone, dst: 'robfig' });
    return `${text} in ${timeZone}`;
  };

  it.each([
    ['*/5 * * * *', '*/5 * * * * in Etc/UTC'],
    ['  0   2\t* *  1 ', '0 2 * * 1 in Etc/UTC'],
    ['0 30 4 1 JAN ?', '30 4 1 JAN ? in Etc/UTC'],
    ['TZ=Asia/Kolkata 0 9 * * *', '0 9 * * * in Asia/Kolkata'],
    ['CRON_TZ=Europe/Berlin @daily', '@daily in Europe/Berlin'],
    ['@every 1h30m', '@every 1h30m in Etc/UTC'],
    ['0 0 * * 7', '0 0 * * 0 in Etc/UTC'],
    ['0 0 * * 5-7', '0 0 * * 5,6,0 in Etc/UTC'],
    ['0 0 * * fri-7/2', '0 0 * * 5,0 in Etc/UTC'],
    ['0 0 * * 7/3,2', '0 0 * * 0/3,2 in Etc/UTC'],
    ['0 0 * * 1-5/2', '0 0 * * 1-5/2 in Etc/UTC'],
  ])('%j is %j', (cron, expected) => {
    expect(said(cron)).toBe(expected);
  });

  it('has the job’s zone, and is due where robfig/cron has it when the job is', () => {
    expect(said('0 9 * * *', 'America/New_York')).toBe('0 9 * * * in America/New_York');
    const random = seeded(7);
    for (let n = 0; n < 300; n++) {
      const cron = randomCron(random);
      const { schedule: text } = cronSchedule({ cron, timezone: null, dst: 'robfig' });
      expect(text.split(' ')).toHaveLength(5);
      for (let at = new Date('2026-01-01T00:00:00Z'), i = 0; i < 8; i++) {
        const next = robfigNext(text, at);
        expect([cron, parseCron(cron).next(at)]).toEqual([cron, next]);
        at = next;
      }
    }
  });
});

const seeded = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
};

const randomCron = (random: (below: number) => number): string => {
  const item = (): string => {
    const [a, b] = [random(8), random(8)].sort();
    const step = random(3) === 0 ? `/${1 + random(3)}` : '';
    return random(2) === 0 ? `${a}${step}` : `${a}-${b}${step}`;
  };
  const days = Array.from({ length: 1 + random(3) }, item).join(',');
  return `${random(60)} ${random(24)} ${random(2) === 0 ? '*' : 1 + random(28)} * ${days}`;
};

describe('what a CronJob drops', () => {
  const drops = (parts: Partial<JobSpec>, options: Partial<CronJobOptions> = {}): string =>
    made(parts, options).drops.join('\n');

  it('is told of every job', () => {
    const [logs, history] = made().drops;
    expect(logs).toMatch(/^Logs end with their pods/);
    expect(history).toMatch(/no history of Runyard/);
    for (const sentence of made().drops) expect(sentence).toMatch(/^[A-Z`@].*\.$/);
  });

  it.each<[RegExp, Partial<JobSpec>]>([
    [/limits\.startMs/, { limits: { startMs: 1, runMs: null, graceMs: 1 } }],
    [/limits\.runMs/, { limits: { startMs: null, runMs: 1, graceMs: 1 } }],
    [/priority class/, { priority: 5 }],
    [/only the last runs/, { schedule: schedule({ missed: { rule: 'all', windowMs: 1, cap: 1 } }) }],
    [/change of the clock.*Europe\/Berlin/, { schedule: schedule({ timezone: 'Europe/Berlin' }) }],
    [/@every/, { schedule: schedule({ cron: '@every 2h' }) }],
    [/jitterMs/, { schedule: schedule({ jitterMs: 5 }) }],
    [/startsAt/, { schedule: schedule({ endsAt: 5 }) }],
    [/leaves no trace/, { concurrencyPolicy: 'Forbid' }],
    [/several pods are not retried/, { scale: 2 }],
    [/proved gone/, { concurrencyPolicy: 'Replace' }],
    [/Retries wait 10 s/, { backoff: { ...job().backoff, limit: 1, initialMs: 1 } }],
    [/not told from those of the job/, { backoff: { ...job().backoff, infrastructureLimit: 0 } }],
    [/looked up by each pod/, { sources: [source({ ref: 'main' })] }],
    [/masked/, { secrets: [{ name: 'a', type: 'file', location: 'a' }] }],
  ])('%s is told where it applies, and only there', (sentence, parts) => {
    expect(drops({})).not.toMatch(sentence);
    expect(drops(parts)).toMatch(sentence);
  });

  it('is no matter of clocks where hours are not fixed, zones do not change, or the job wants it so', () => {
    const clock = (parts: Partial<NonNullable<JobSpec['schedule']>>) =>
      /clock/.test(drops({ schedule: schedule(parts) }));
    expect(clock({ cron: '0 * * * *', timezone: 'Europe/Berlin' })).toBe(false);
    expect(clock({ timezone: 'Asia/Kolkata' })).toBe(false);
    expect(clock({ timezone: 'Europe/Berlin', dst: 'robfig' })).toBe(false);
    expect(clock({ cron: '@daily', timezone: 'America/New_York' })).toBe(true);
    expect(/looked up/.test(drops({ sources: [source({ ref: 'a'.repeat(40) })] }))).toBe(false);
  });
});
