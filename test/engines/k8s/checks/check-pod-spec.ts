import { checkResources } from './check-resources.ts';
import { label } from './names.ts';
import type { Problems } from './problems.ts';

// biome-ignore lint/suspicious/noExplicitAny: any pod's spec
type Spec = any;

/** @param at where it stands: `spec.template.spec` */
export function checkPodSpec(spec: Spec, at: string, problems: Problems): void {
  const volumes = checkVolumes(spec.volumes ?? [], `${at}.volumes`, problems);
  if (!spec.containers?.length) problems.required(`${at}.containers`);
  for (const [index, container] of (spec.containers ?? []).entries()) {
    checkContainer(container, `${at}.containers[${index}]`, { volumes, problems });
  }
  for (const [index, container] of (spec.initContainers ?? []).entries()) {
    checkContainer(container, `${at}.initContainers[${index}]`, { volumes, problems });
  }
  checkNames([...(spec.initContainers ?? []), ...(spec.containers ?? [])], at, problems);
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && (deadline < 1 || deadline > 2_147_483_647)) {
    problems.invalid(`${at}.activeDeadlineSeconds`, deadline, 'must be between 1 and 2147483647, inclusive');
  }
  if (spec.terminationGracePeriodSeconds < 0) {
    const field = `${at}.terminationGracePeriodSeconds`;
    problems.invalid(field, spec.terminationGracePeriodSeconds, 'must be greater than or equal to 0');
  }
}

function checkVolumes(volumes: Spec[], at: string, problems: Problems): Set<string> {
  const names = new Set<string>();
  for (const [index, { name, ...source }] of volumes.entries()) {
    const field = `${at}[${index}]`;
    if (!name) problems.required(`${field}.name`);
    else if (name.length > label.most || !label.fits(name)) problems.invalid(`${field}.name`, name, label.text);
    if (names.has(name)) problems.duplicate(`${field}.name`, name);
    names.add(name);
    const kinds = Object.keys(source);
    if (!kinds.length) problems.required(field, 'must specify a volume type');
    for (const kind of kinds.slice(1))
      problems.forbidden(`${field}.${kind}`, 'may not specify more than 1 volume type');
    if (source.secret && !source.secret.secretName) problems.required(`${field}.secret.secretName`);
  }
  return names;
}

interface Around {
  volumes: ReadonlySet<string>;
  problems: Problems;
}

function checkContainer(container: Spec, at: string, { volumes, problems }: Around): void {
  if (!container.name) problems.required(`${at}.name`);
  else if (container.name.length > label.most || !label.fits(container.name)) {
    problems.invalid(`${at}.name`, container.name, label.text);
  }
  if (!container.image) problems.required(`${at}.image`);
  for (const [index, variable] of (container.env ?? []).entries())
    checkVariable(variable, `${at}.env[${index}]`, problems);
  const paths = new Set<string>();
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const field = `${at}.volumeMounts[${index}]`;
    if (!volumes.has(mount.name)) problems.notFound(`${field}.name`, mount.name ?? '');
    if (!mount.mountPath) problems.required(`${field}.mountPath`);
    if (paths.has(mount.mountPath)) problems.invalid(`${field}.mountPath`, mount.mountPath, 'must be unique');
    paths.add(mount.mountPath);
  }
  checkResources(container.resources ?? {}, `${at}.resources`, problems);
}

function checkVariable({ name, value, valueFrom }: Spec, at: string, problems: Problems): void {
  if (!name) problems.required(`${at}.name`);
  else if (!/^[ -<>-~]+$/.test(name)) {
    const text = "a valid environment variable name must consist only of printable ASCII characters other than '='";
    problems.invalid(`${at}.name`, name, text);
  }
  if (value && valueFrom) problems.invalid(`${at}.valueFrom`, '', 'may not be specified when `value` is not empty');
}

function checkNames(containers: Spec[], at: string, problems: Problems): void {
  const names = new Set<string>();
  for (const [index, { name }] of containers.entries()) {
    if (names.has(name)) problems.duplicate(`${at}.containers[${index}].name`, name);
    names.add(name);
  }
}
