/**
 * What kind of trouble keeps a container from starting. `image-name`: no such name can be. `image`: it cannot be had. `config`: what it is to be made
 * of is missing or refused. `mount`: one of its volumes. `node`: its node's network, devices or runtime.
 */
export type TroubleKind = 'image-name' | 'image' | 'config' | 'mount' | 'node';

/** By the reason that a container waits for. undefined: it is on its way. */
export const kindOfWaiting = (reason: string): TroubleKind | undefined =>
  waitingReasons[reason] ?? (/Err(or)?$|BackOff$|Failed/.test(reason) ? 'config' : undefined);

const waitingReasons: Readonly<Record<string, TroubleKind>> = {
  InvalidImageName: 'image-name',
  ErrImagePull: 'image',
  ImagePullBackOff: 'image',
  ErrImageNeverPull: 'image',
  ImageInspectError: 'image',
  RegistryUnavailable: 'image',
  SignatureValidationFailed: 'image',
  CreateContainerConfigError: 'config',
  CreateContainerError: 'config',
  RunContainerError: 'config',
  CreatePodSandboxError: 'node',
  ConfigPodSandboxError: 'node',
};

/** What an event says, which comes up to a minute before the pod's status does. `words`: undefined where another event has them. */
export interface ToldTrouble {
  kind: TroubleKind;
  words?: string;
}

export const toldTrouble = (reason: string, message: string): ToldTrouble | undefined => {
  if (reason === 'Failed') return failed(message);
  const kind = eventReasons[reason];
  if (kind === undefined) return undefined;
  if (reason === 'BackOff') return /image/.test(message) ? { kind } : undefined;
  if (reason === 'InspectFailed')
    return { kind: /parse image name/.test(message) ? 'image-name' : kind, words: message };
  return { kind, words: message };
};

const eventReasons: Readonly<Record<string, TroubleKind>> = {
  ErrImageNeverPull: 'image',
  InspectFailed: 'image',
  BackOff: 'image',
  FailedMount: 'mount',
  FailedAttachVolume: 'mount',
  FailedMapVolume: 'mount',
  FailedCreatePodSandBox: 'node',
  FailedCreatePodContainer: 'node',
  FailedPrepareDynamicResources: 'node',
  NetworkNotReady: 'node',
};

// The kubelet tells everything else that fails under one reason.
const failed = (message: string): ToldTrouble => {
  const [, pull] = /^Failed to pull image "[^"]*": (.*)$/s.exec(message) ?? [];
  if (pull !== undefined) return { kind: 'image', words: pull };
  const words = message.replace(/^Error: /, '');
  const kind = waitingReasons[words];
  return kind === undefined ? { kind: 'config', words } : { kind };
};
