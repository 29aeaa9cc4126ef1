import type { Outcome } from '@runyard/core';
import type { PodObject } from '../api/objects.ts';
import type { View } from '../watch/view.ts';
import { endOf, hasStarted } from './pod-facts.ts';
import { cut, inWords, startFailed } from './words.ts';

/**
 * How a pod ended that its kubelet evicted for having stored more than it may: its own doing, which another node would not mend. undefined: it was
 * not so.
 */
export const overItsStorage = (pod: PodObject, view: View): Outcome | undefined => {
  const { reason, message = '' } = pod.status ?? {};
  const filled = reason === 'Evicted' ? filledBy(message) : undefined;
  if (filled === undefined) return undefined;
  const sentence = cut(`${filled}${inWords(message.trim())}`);
  if (!hasStarted(pod, view)) return startFailed('storage-limit', sentence);
  const { init, ended } = endOf(pod) ?? {};
  const code = init === undefined ? ended?.exitCode : undefined;
  // Told to end, it may still have said 0; a kubelet that gives no grace leaves no code at all.
  return code ? { class: 'exited', code, sentence } : { class: 'signalled', signal: 'SIGKILL', sentence };
};

// The kubelet's words, which begin so; those of a node that runs full are others.
const filledBy = (message: string): string | undefined => {
  const [, volume] = /^Usage of EmptyDir volume "([^"]*)" exceeds the limit/.exec(message) ?? [];
  if (volume !== undefined) return volumes[volume] ?? `It filled its volume ${volume}, and was ended`;
  return writtenTooMuch.test(message) ? tooMuch : undefined;
};

const volumes: Readonly<Record<string, string>> = {
  runyard:
    'It filled its workspace, and was ended (the size is that of the option `workspace` of k8sExecutor, and holds its scratch and home folders too)',
  'runyard-shm': 'It filled /dev/shm, and was ended (its size is `executorOptions.shmSize`)',
};

const writtenTooMuch =
  /^(Container \S+ exceeded its local ephemeral storage limit|Pod ephemeral local storage usage exceeds the total limit)/;

const tooMuch = 'It wrote more to the disk of its node than its limit of `ephemeral-storage` allows, and was ended';
