import type { Size } from '@runyard/core';
import { cpuQuantity, memoryQuantity } from '../spec/quantities.ts';
import { containers, inside } from './inside.ts';
import { imageOf } from './launchable.ts';
import type { PlainObject } from './plain-object.ts';
import type { PodInput } from './pod-input.ts';
import { mountsOf } from './volumes.ts';

/** The container `job`, and before it `source` where something is fetched. */
export const containersOf = (input: PodInput): PlainObject => ({
  ...(input.secret.source !== null && { initContainers: [sourceContainer(input)] }),
  containers: [jobContainer(input)],
});

const jobContainer = (input: PodInput): PlainObject => ({
  name: containers.job,
  image: imageOf(input.spec, input.settings),
  command: ['/bin/sh', `${inside.secret}/wrapper`],
  args: [input.shell],
  // The workspace is made by what runs here, and a folder that a runtime makes is root's.
  workingDir: inside.root,
  env: input.env,
  resources: resourcesOf(input.size),
  ...common(input),
  volumeMounts: mountsOf(input).job,
});

// The pod asks for the larger of the two, so it costs nothing that this one has as much.
const sourceContainer = (input: PodInput): PlainObject => ({
  name: containers.source,
  image: input.settings.gitImage,
  command: ['/bin/sh', `${inside.secret}/fetch`],
  workingDir: inside.root,
  resources: resourcesOf(input.size),
  ...common(input),
  volumeMounts: mountsOf(input).source,
});

const common = ({ settings, spec }: PodInput): PlainObject => ({
  ...(settings.imagePullPolicy !== undefined && { imagePullPolicy: settings.imagePullPolicy }),
  terminationMessagePolicy: 'FallbackToLogsOnError',
  securityContext: {
    allowPrivilegeEscalation: false,
    privileged: false,
    readOnlyRootFilesystem: spec.wishes.readOnlyRoot ?? settings.readOnlyRoot,
    capabilities: { drop: ['ALL'] },
  },
});

const resourcesOf = ({ cpu, memoryBytes }: Size): PlainObject => {
  const amounts = { cpu: cpuQuantity(cpu), memory: memoryQuantity(memoryBytes) };
  return { requests: amounts, limits: amounts };
};
