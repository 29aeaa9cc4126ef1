import type { Settings } from '../options.ts';
import type { K8sSpec } from './k8s-spec.ts';
import { refuse } from './refuse.ts';

/** Throws, with the field, where a job wishes for what its host does not allow. Asked at save, and again before each attempt. */
export const refuseWhatIsNotAllowed = (
  { owner, wishes }: Pick<K8sSpec, 'owner' | 'wishes'>,
  settings: Settings,
): void => {
  for (const [wish, list] of listedWishes) refuseUnlisted([wish, list], wishes, settings);
  const { nodeSelector = {}, tolerations, readOnlyRoot, podTemplate } = wishes;
  for (const [label, value] of Object.entries(nodeSelector)) {
    const own = settings.nodeSelector[label];
    if (own !== undefined && own !== value)
      refuse(
        `executorOptions.nodeSelector.${label}`,
        value,
        `all jobs of this host run where it is '${own}' (the option \`nodeSelector\` of k8sExecutor).`,
      );
  }
  if (tolerations !== undefined && tolerations.length > 0 && !settings.allowTolerations)
    refuse(
      'executorOptions.tolerations',
      JSON.stringify(tolerations),
      'the host keeps jobs off nodes with taints. The option `allowTolerations` of k8sExecutor lets them bring their own.',
    );
  if (readOnlyRoot === false && settings.readOnlyRoot && !settings.allowWritableRoot)
    refuse(
      'executorOptions.readOnlyRoot',
      'false',
      'the host does not allow it. The option `allowWritableRoot` of k8sExecutor does.',
    );
  if (podTemplate !== undefined && !mayBringTemplate(owner, settings))
    refuse(
      'executorOptions.podTemplate',
      JSON.stringify(podTemplate),
      `the host lets no job of ${owner} bring one. The option \`allowPodTemplate\` of k8sExecutor says whose jobs may.`,
    );
};

// A wish is granted where it is the host's own choice, or stands in the host's list.
const listedWishes = [
  ['queue', 'queues'],
  ['priorityClass', 'priorityClasses'],
  ['runtimeClass', 'runtimeClasses'],
  ['serviceAccount', 'serviceAccounts'],
] as const;

type Listed = (typeof listedWishes)[number];

const refuseUnlisted = (
  [wish, list]: readonly [Listed[0], Listed[1]],
  wishes: K8sSpec['wishes'],
  settings: Settings,
): void => {
  const wished = wishes[wish];
  if (wished === undefined || wished === settings[wish] || settings[list].includes(wished)) return;
  const allowed = [...(settings[wish] === undefined ? [] : [settings[wish]]), ...settings[list]];
  refuse(
    `executorOptions.${wish}`,
    wished,
    `the host allows ${allowed.length === 0 ? 'none' : allowed.join(', ')}. The option \`${list}\` of k8sExecutor is that list.`,
  );
};

const mayBringTemplate = (owner: string, { allowPodTemplate }: Settings): boolean =>
  typeof allowPodTemplate === 'boolean' ? allowPodTemplate : allowPodTemplate.includes(owner);
