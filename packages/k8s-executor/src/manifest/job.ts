import type { AttemptInput } from './attempt.ts';
import { contentOf } from './content.ts';
import { jobSpec } from './job-spec.ts';
import type { Manifest } from './manifest.ts';
import { annotations, attemptLabels, attemptNames } from './names.ts';

/**
 * The Job of an attempt, suspended: nothing of it runs before it is started, and nothing of it runs twice. Throws `startFailed` for what the cluster, as the
 * host describes it, can never give.
 */
export const jobManifest = (input: AttemptInput): Manifest => {
  const { launch, nonce } = input;
  const names = attemptNames(launch, nonce);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: names.job,
      labels: attemptLabels(launch),
      annotations: {
        [annotations.version]: '1',
        [annotations.secret]: names.dependents,
        [annotations.content]: contentOf(input),
        ...(launch.sources.length > 0 && {
          [annotations.sources]: JSON.stringify(
            launch.sources.map(({ url, commit }) => ({ url: withoutPassword(url), commit })),
          ),
        }),
      },
    },
    spec: jobSpec(input),
  };
};

// No url that is saved has one; should one come all the same, everybody who may list Jobs would read it.
const withoutPassword = (url: string): string =>
  url.replace(/^(https?:\/\/)[^/?#]*@/i, '$1').replace(/^(ssh:\/\/[^:@/?#]*):[^/?#]*@/i, '$1@');
