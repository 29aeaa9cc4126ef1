import { posix } from 'node:path';
import { RunyardError } from '@runyard/core';
import { containers, labelPrefixes, ourPaths } from '../inside.ts';
import { isObject, type PlainObject } from '../plain-object.ts';
import type { Checking } from './types.ts';

/** Throws where a template would change what this executor lives by: what runs in its containers and how their end is told, how often, and what it finds them by. */
export const refuseProtected = (template: PlainObject, checking: Checking): void => {
  const { metadata, spec } = template;
  const at = within(checking);
  refuseDirective(template, at());
  if (isObject(metadata)) refuseMetadata(metadata, at('metadata'));
  if (isObject(spec)) refuseSpec(spec, at('spec'));
};

type At = ReturnType<ReturnType<typeof within>>;

const within =
  (checking: Checking) =>
  (...path: (string | number)[]) => ({
    refuse: (because: string): never => {
      const field = [checking.field, ...path].join('.');
      throw new RunyardError(
        checking.code === 'invalid-job' ? 'unsupported-by-executor' : checking.code,
        `\`${field}\` cannot be set here: ${because}`,
        { field },
      );
    },
    below: (...more: (string | number)[]) => within(checking)(...path, ...more),
  });

const refuseMetadata = (metadata: PlainObject, at: At): void => {
  refuseDirective(metadata, at);
  for (const [key, value] of Object.entries(metadata)) {
    if (key !== 'labels' && key !== 'annotations')
      at.below(key).refuse('of the metadata of pods only labels and annotations are free.');
    if (!isObject(value)) at.below(key).refuse('labels and annotations of this executor would go with it.');
    else refuseLabels(value, at.below(key));
  }
};

const refuseLabels = (labels: PlainObject, at: At): void => {
  refuseDirective(labels, at);
  for (const label of Object.keys(labels))
    if (labelPrefixes.some((prefix) => label.startsWith(prefix)))
      at.below(label).refuse('this executor, or the Job controller, finds its pods by it.');
};

const ours: Readonly<Record<string, string>> = {
  restartPolicy: 'an attempt never runs twice.',
  activeDeadlineSeconds: 'Runyard keeps the limits, and stops pods by it. Give the job `limits`.',
  terminationGracePeriodSeconds: 'it is the grace of the job. Give the job `limits.graceMs`.',
  hostname: 'pods of one run find each other by it.',
  hostnameOverride: 'pods of one run find each other by it.',
  subdomain: 'pods of one run find each other by it.',
  ephemeralContainers: 'templates cannot have any.',
};

const refuseSpec = (spec: PlainObject, at: At): void => {
  refuseDirective(spec, at);
  for (const [field, because] of Object.entries(ours)) if (field in spec) at.below(field).refuse(because);
  for (const list of ['containers', 'initContainers', 'volumes']) {
    if (spec[list] === null) at.below(list).refuse('what is in it is needed.');
    for (const [i, item] of itemsOf(spec[list])) {
      refuseOurVolumes(item, at.below(list, i));
      if (item.name === undefined) at.below(list, i, '$patch').refuse('what is in the list is needed.');
      else if (list === 'volumes') refuseVolume(item, at.below(list, i));
      else if (list === 'containers' && item.name === containers.source)
        at.below(list, i).refuse('it is the name of the init container in which sources are cloned.');
      else if (item.name === containers.job || item.name === containers.source)
        refuseContainer(item, at.below(list, i));
    }
  }
};

// Credentials of sources are in one of them, which the job's container has not.
const refuseOurVolumes = ({ volumeMounts }: PlainObject, at: At): void => {
  for (const [i, { name }] of itemsOf(volumeMounts))
    if (isOurVolume(name)) refuseVolume({ name }, at.below('volumeMounts', i));
};

const isOurVolume = (name: unknown): boolean => String(name).startsWith('runyard');

const refuseVolume = ({ name }: PlainObject, at: At): void => {
  if (isOurVolume(name)) at.below('name').refuse('volumes of that name are this executor’s own.');
};

const oursOfContainers: Readonly<Record<string, string>> = {
  $patch: 'the container is needed.',
  command: 'what runs in it is the job’s `command`.',
  args: 'what runs in it is the job’s `command`.',
  workingDir: 'it is the job’s `workingDir`.',
  image: 'it is the job’s `image`, or the option `gitImage`.',
  restartPolicy: 'an attempt never runs twice.',
  restartPolicyRules: 'an attempt never runs twice.',
  terminationMessagePath: 'the end of the job is told there.',
  terminationMessagePolicy: 'the end of the job is told there.',
};

const refuseContainer = (container: PlainObject, at: At): void => {
  for (const [field, because] of Object.entries(oursOfContainers))
    if (field in container) at.below(field).refuse(because);
  for (const [list, key, isOurs, because] of oursInContainers) {
    if (container[list] === null) at.below(list).refuse(because);
    for (const [i, item] of itemsOf(container[list]))
      if (item[key] === undefined || isOurs(String(item[key]))) at.below(list, i, key).refuse(because);
  }
};

const oursInContainers = [
  ['env', 'name', (name: string) => name.startsWith('RUNYARD_'), 'variables that begin with RUNYARD_ are ours.'],
  [
    'volumeMounts',
    'mountPath',
    (path: string) => isOurPath(posix.normalize(`/${path}/`)),
    'what lies there is this executor’s own.',
  ],
] as const;

// With a slash at its end.
const isOurPath = (path: string): boolean => path === '/' || ourPaths.some((own) => path.startsWith(`${own}/`));

// `$patch: replace` and `delete` of a whole object would take ours with it.
const refuseDirective = (value: PlainObject, at: At): void => {
  if ('$patch' in value) at.below('$patch').refuse('what this executor puts there would go with it.');
};

const itemsOf = (list: unknown): [number, PlainObject][] =>
  Array.isArray(list) ? [...list.entries()].filter((entry): entry is [number, PlainObject] => isObject(entry[1])) : [];
