import type { Outcome } from '@runyard/core';
import type { PodObject } from '../api/objects.ts';
import { ranOutOfTime } from './pod-facts.ts';
import { infrastructure, inWords, startFailed } from './words.ts';

/**
 * Why a kubelet did not take a pod that was bound to its node, of which then nothing ever ran: it had less left than the scheduler thought, a device
 * plugin had ended, or the node cannot do what the pod asks for. undefined: nothing says so.
 */
export const refusalOf = ({ status }: PodObject): Outcome | undefined => {
  if (status?.phase !== 'Failed' || status.reason === undefined || ranOutOfTime({ status })) return undefined;
  const sentence = `Its node did not take it (${status.reason})${inWords(status.message)}`;
  return asksTooMuch.test(status.reason)
    ? startFailed('refused-by-node', sentence)
    : infrastructure('node-refused', sentence);
};

// What another node would hardly take either.
const asksTooMuch =
  /^(SysctlForbidden|AppArmor|NoNewPrivs|ProcMount|PodOS.*|\w*NotSupported|\w*RestartPolicyForbidden)$/;
