import { deepStrictEqual, ok } from 'node:assert';

// biome-ignore lint/suspicious/noExplicitAny: objects of any kind are walked
type Any = any;

/** Throws where an object breaks a rule of the API server that a model does not tell, as far as our kinds have such. */
export const checkFieldRules = (object: Any): void => {
  const { kind, metadata, spec } = object;
  ok(subdomain.test(metadata.name) && metadata.name.length <= 253, `name ${metadata.name}`);
  checkMetadata(metadata);
  if (kind === 'Secret') checkSecret(object);
  if (kind === 'Service') ok(/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(metadata.name) && metadata.name.length <= 63);
  if (kind === 'Job') checkJob(object);
  if (kind === 'CronJob') {
    ok(metadata.name.length <= 52, `name of a CronJob ${metadata.name}`);
    ok(spec.startingDeadlineSeconds >= 10, `startingDeadlineSeconds ${spec.startingDeadlineSeconds}`);
    checkJob({
      metadata: { ...spec.jobTemplate.metadata, name: `${metadata.name}-2147483647` },
      spec: spec.jobTemplate.spec,
    });
  }
};

const label = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const checkMetadata = ({ labels = {}, annotations = {} }: Any): void => {
  for (const [key, value] of Object.entries(labels) as [string, string][]) {
    ok(key.split('/').length <= 2 && (key.split('/').at(-1) ?? '').length <= 63, `key of a label ${key}`);
    ok(value.length <= 63 && label.test(value), `label ${key}=${value}`);
  }
  ok(JSON.stringify(annotations).length <= 262_144, 'annotations are too long');
};

const checkSecret = ({ data = {} }: Any): void => {
  let total = 0;
  for (const [key, value] of Object.entries(data) as [string, string][]) {
    ok(/^[-._a-zA-Z0-9]{1,253}$/.test(key) && !key.startsWith('..'), `key of a Secret ${key}`);
    total += Buffer.from(value, 'base64').length;
  }
  ok(total <= 1_048_576, `a Secret of ${total} bytes`);
};

const checkJob = ({ metadata, spec }: Any): void => {
  const most = spec.completionMode === 'Indexed' ? `${metadata.name}-${spec.completions - 1}` : metadata.name;
  ok(most.length <= 63, `names of pods and hosts come from ${most}`);
  const pod = spec.template.spec;
  ok(pod.restartPolicy === 'Never');
  checkMetadata(spec.template.metadata);
  const all = [...(pod.initContainers ?? []), ...pod.containers];
  const names = all.map(({ name }: Any) => name);
  deepStrictEqual(names, [...new Set(names)], 'containers have each a name of their own');
  for (const deadline of [spec.activeDeadlineSeconds, pod.activeDeadlineSeconds])
    ok(deadline === undefined || (deadline > 0 && deadline < 2 ** 31), `activeDeadlineSeconds ${deadline}`);
  for (const field of ['ttlSecondsAfterFinished', 'backoffLimit'])
    ok(spec[field] === undefined || (spec[field] >= 0 && spec[field] < 2 ** 31), `${field} ${spec[field]}`);
  if (spec.podFailurePolicy !== undefined) ok(spec.podReplacementPolicy === 'Failed', 'podReplacementPolicy is Failed');
  for (const { onExitCodes, onPodConditions } of spec.podFailurePolicy?.rules ?? []) {
    ok((onExitCodes === undefined) !== (onPodConditions === undefined), 'a rule has one of the two');
    if (onExitCodes) checkExitCodes(onExitCodes, names);
  }
  for (const one of all) checkContainer(one, pod);
  if (pod.subdomain !== undefined) ok(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(pod.subdomain), pod.subdomain);
  for (const [key, value] of Object.entries(pod.nodeSelector ?? {}) as [string, string][])
    ok(value.length <= 63 && label.test(value), `node selector ${key}=${value}`);
};

const checkExitCodes = ({ containerName, operator, values }: Any, names: readonly string[]): void => {
  ok(names.includes(containerName), `a rule for ${containerName}`);
  ok(operator !== 'In' || !values.includes(0), 'In with 0');
  ok(values.length > 0 && values.length <= 255, `${values.length} exit codes`);
  deepStrictEqual(
    values,
    [...new Set(values as number[])].sort((a, b) => a - b),
    'exit codes are ordered',
  );
};

const checkContainer = (container: Any, pod: Any): void => {
  const { resources = {}, env = [], volumeMounts = [], image } = container;
  ok(typeof image === 'string' && image !== '' && image.trim() === image, `image ${image}`);
  for (const [name, amount] of Object.entries(resources.limits ?? {}) as [string, string][]) {
    ok(/^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/.test(amount), `quantity ${amount}`);
    const asked = resources.requests?.[name] ?? amount;
    ok(inThousandths(asked) <= inThousandths(amount), `${name}: ${asked} is asked for, ${amount} is the limit`);
    if (name.includes('/')) ok(/^\d+$/.test(amount) && asked === amount, `${name} is ${amount}`);
  }
  for (const name of Object.keys(resources.requests ?? {}))
    ok(!name.includes('/') || name in resources.limits, `${name} has no limit`);
  for (const { name } of resources.claims ?? [])
    ok(
      pod.resourceClaims?.some((claim: Any) => claim.name === name),
      `claim ${name}`,
    );
  for (const { name, value, valueFrom } of env) {
    ok(/^[ -<>-~]+$/.test(name), `variable ${name}`);
    ok(!(valueFrom && value), `variable ${name} has two values`);
  }
  const variables = env.map(({ name }: Any) => name);
  deepStrictEqual(variables, [...new Set(variables)], 'each variable stands there once');
  const paths = volumeMounts.map(({ mountPath }: Any) => mountPath);
  deepStrictEqual(paths, [...new Set(paths)], 'each path is mounted once');
  for (const { name } of volumeMounts)
    ok(
      pod.volumes.some((volume: Any) => volume.name === name),
      `volume ${name}`,
    );
};

const inThousandths = (quantity: string): number =>
  quantity.endsWith('m') ? Number(quantity.slice(0, -1)) : Number(quantity) * 1000;
