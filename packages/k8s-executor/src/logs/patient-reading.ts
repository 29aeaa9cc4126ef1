import { isRunyardError } from '@runyard/core';
import { isRefusal } from '../api/refusal.ts';
import type { K8sHandle } from '../handle.ts';
import { type ContainerStage, stageOf } from './container-stage.ts';
import { type Places, trackOf } from './cursor.ts';
import type { LogOptions } from './log-options.ts';
import { toldOver } from './lost.ts';
import type { Position } from './position.ts';
import type { Ranked } from './ranked-lines.ts';
import { type ReadEnd, readContainer } from './read-container.ts';
import { watchSilence } from './silence.ts';

export interface RankOptions extends LogOptions {
  handle: K8sHandle;
  rank: number;
  places: Places;
}

export interface Reading {
  container: string;
  stage: Extract<ContainerStage, { stage: 'running' | 'ended' }>;
  from: Position;
  follow: boolean;
}

/**
 * What a container has written, from a place on. The log of one that has ended may be lost with its node, or nobody may read it: then it is asked for again,
 * but not for ever, since its run waits for it.
 */
export async function* readPatiently(
  { container, stage, from, follow }: Reading,
  { handle, rank, ground, troubles, signal }: RankOptions,
): AsyncGenerator<Ranked, ReadEnd | 'stalled' | 'given-up'> {
  const { api, namespace, host } = ground;
  const track = trackOf(rank, container);
  const key = `${handle.uid}/${track}`;
  const ended = stage.stage === 'ended';
  const isHopeless = (): boolean => {
    const now = host.clock.monotonic();
    const since = troubles.get(key) ?? now;
    troubles.set(key, since);
    if (now - since < patienceMs) return false;
    troubles.delete(key);
    return true;
  };
  const givenUp = (why: string): Ranked =>
    toldOver(`the rest of the log was given up after ${patienceMs / 60_000} minutes: ${why}`, { track, rank, ground });
  const stageIn = (view: Parameters<typeof stageOf>[0]) => stageOf(view, rank, container).stage;
  using silence = watchSilence({ ground, uid: handle.uid, follow, stageIn, signal });
  const log = { namespace, pod: stage.pod.metadata.name, container };
  const { heard: onHeard } = silence;
  const reading = readContainer(log, { api, from, follow, ended, onHeard, signal: silence.signal });
  try {
    for (;;) {
      const { value, done } = await reading.next();
      if (!done) {
        silence.busy(true);
        yield { track, rank, place: value.position, bytes: value.bytes, at: value.at };
        silence.busy(false);
      } else if (!ended || value === 'read' || value === 'gone') {
        troubles.delete(key);
        return value;
      } else {
        if (!isHopeless()) return value;
        yield givenUp(value === 'node-gone' ? 'its node is gone.' : 'its node has no log of it any more.');
        return 'given-up';
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    if (silence.ended) return 'stalled';
    if (!ended || !isUnanswered(error) || !isHopeless()) throw error;
    yield givenUp(error.message);
    return 'given-up';
  } finally {
    await reading.return('read');
  }
}

const patienceMs = 600_000;

const isUnanswered = (error: unknown): error is Error =>
  isRefusal(error) || (isRunyardError(error) && error.code === 'executor-unavailable');
