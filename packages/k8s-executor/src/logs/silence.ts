import { unavailable } from '../api/faults.ts';
import type { Ground } from '../ground.ts';
import type { View } from '../watch/view.ts';
import type { ContainerStage } from './container-stage.ts';
import { linked } from './linked.ts';

/** Watches over the reading of a log, whose stream may hang without a word, as when a tunnel or the kubelet does. */
export interface Silence extends Disposable {
  /** Aborted with another, or when the stream is not to be waited for any more. */
  readonly signal: AbortSignal;
  /** The container of a log that is followed was seen to have ended, and its stream was not. */
  readonly ended: boolean;
  /** The answer began, or something of it came. */
  heard(): void;
  /** What came is being worked on (true), or is done with (false). */
  busy(is: boolean): void;
}

export interface SilenceOptions {
  ground: Pick<Ground, 'host' | 'mirror'>;
  uid: string;
  follow: boolean;
  stageIn(view: View): ContainerStage['stage'];
  signal: AbortSignal;
}

/** A job may say nothing for days, so its container is looked at; what is only read comes without a pause. */
export const watchSilence = ({ ground, uid, follow, stageIn, signal }: SilenceOptions): Silence => {
  const { clock } = ground.host;
  const over = linked(signal);
  let ended = false;
  let begun = false;
  let heard = false;
  let isBusy = false;
  const untilEnded = async (): Promise<void> => {
    // One of its own: another's look would hide a change from this one.
    using followed = ground.mirror.follow(uid);
    while (['running', 'not-begun'].includes(stageIn(followed.view()))) await followed.changed(lookMs, over.signal);
  };
  // That the answer begins is waited for by the rules of the API, unless it is followed.
  const isWaitedFor = (): boolean => heard || isBusy || (!follow && !begun);
  const watch = async (): Promise<void> => {
    if (follow) await untilEnded();
    do {
      heard = false;
      await clock.sleep(quietMs, over.signal);
    } while (isWaitedFor());
    if (!follow)
      throw unavailable('The Kubernetes API server sends no more of the log of a container that it began to send.');
    ended = true;
    over.abort(new Error('the container has ended'));
  };
  watch().catch((error) => over.abort(error));
  return {
    signal: over.signal,
    get ended() {
      return ended;
    },
    heard() {
      begun = true;
      heard = true;
    },
    busy(is) {
      heard = true;
      isBusy = is;
    },
    [Symbol.dispose]: () => over[Symbol.dispose](),
  };
};

const lookMs = 60_000;
const quietMs = 10_000;
