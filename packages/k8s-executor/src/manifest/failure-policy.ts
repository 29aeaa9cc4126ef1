import { containers } from './inside.ts';
import type { PlainObject } from './plain-object.ts';

/**
 * Makes the Job itself tell why it failed, also when its pod is gone: disruption first, then the exit codes of either container. Every rule fails the Job;
 * one that ignored a failure would start a second pod.
 */
export const failurePolicy = ({ fetches }: { fetches: boolean }): PlainObject => ({
  rules: [
    { action: 'FailJob', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    { action: 'FailJob', onExitCodes: exitOf(containers.job) },
    ...(fetches ? [{ action: 'FailJob', onExitCodes: exitOf(containers.source) }] : []),
  ],
});

const exitOf = (containerName: string): PlainObject => ({ containerName, operator: 'NotIn', values: [0] });
