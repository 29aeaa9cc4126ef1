import type { Limits } from '@runyard/core';
import { wholeSeconds } from '../spec/quantities.ts';
import type { AttemptInput } from './attempt.ts';
import { rankVariables, secretKeys, variableFrom, variablesOf } from './environment.ts';
import { failurePolicy } from './failure-policy.ts';
import { gpusByPlugin } from './gpus/demand.ts';
import { attemptLabels, attemptNames } from './names.ts';
import { needsPasswd } from './passwd.ts';
import type { PlainObject } from './plain-object.ts';
import { podTemplate } from './pod.ts';

/** What the Job of an attempt says of itself. */
export const jobSpec = (input: AttemptInput): PlainObject => {
  const { launch, settings } = input;
  const { scale } = launch.spec;
  return {
    suspend: true,
    completions: scale,
    parallelism: scale,
    ...(scale > 1 && { completionMode: 'Indexed' }),
    backoffLimit: 0,
    podReplacementPolicy: 'Failed',
    podFailurePolicy: failurePolicy({ fetches: launch.sources.length > 0 }),
    ttlSecondsAfterFinished: settings.ttlSecondsAfterFinished,
    ...safetyNet(launch.limits),
    template: templateOf(input),
  };
};

// Runyard keeps the limits; this ends what nobody looks after any more. It counts queueing too, and takes the log with it.
const safetyNet = ({ startMs, runMs, graceMs }: Limits): PlainObject =>
  startMs === null || runMs === null
    ? {}
    : { activeDeadlineSeconds: wholeSeconds(startMs + runMs + graceMs + 600_000) };

const templateOf = ({ launch, settings, nonce }: AttemptInput): PlainObject => {
  const { spec, size, limits, script, secrets, sources } = launch;
  const names = attemptNames(launch, nonce);
  const variables = variablesOf(launch, { byPlugin: gpusByPlugin(size.gpu, settings.gpus) });
  const files = secrets.filter(({ type }) => type === 'file');
  const secretVolume = { secretName: names.dependents, defaultMode: secretMode(settings) };
  const service = spec.scale > 1 ? names.dependents : null;
  const jobKeys = [
    ...[secretKeys.wrapper, secretKeys.script],
    ...(files.length > 0 ? [secretKeys.place] : []),
    ...files.map((_, index) => secretKeys.file(index)),
  ];
  return podTemplate({
    ...{ spec, settings, size, service },
    graceMs: limits.graceMs,
    shell: script.shell,
    labels: attemptLabels(launch),
    env: [
      ...Object.keys(variables).map((name) => variableFrom(names.dependents, name)),
      ...(service === null ? [] : rankVariables(spec.scale, `${names.job}-0.${service}`)),
    ],
    secret: {
      job: { secret: { ...secretVolume, items: jobKeys.map((key) => ({ key, path: key })) } },
      source: sources.length === 0 ? null : { secret: secretVolume },
    },
    placesFiles: files.length > 0,
    namesUser: needsPasswd(sources, settings),
    claimTemplate: names.dependents,
  });
};

/** Who reads the Secret is known by its group, or, where the image says who it is, not known at all. */
export const secretMode = ({ user }: { user?: { uid: number } | undefined }): number =>
  user === undefined ? 0o444 : 0o440;
