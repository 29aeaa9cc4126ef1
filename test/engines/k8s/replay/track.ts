import { randomUUID } from 'node:crypto';
import type { KubeObject } from '../cluster.ts';
import { applyFrame, type Player } from './apply.ts';
import type { Clock } from './clock.ts';
import type { Part, Score, Stage, Step } from './score.ts';
import { fill, type Template } from './template.ts';

/** One Job of a recording as it is played. */
export interface Track {
  readonly score: Score;
  /** `waiting`: for a call of whoever made the Job. `left`: that call came at another moment than recorded, so that nothing more is played. */
  state(): 'playing' | 'waiting' | 'left' | 'over';
  begin(): void;
  /** The call came. True: it is what the recording goes on with, and its first effect is there already. */
  call(call: 'start' | 'delete', policy?: string): boolean;
  leave(): void;
  /** While it writes itself. */
  isWriting(): boolean;
  readonly clock: Clock;
  /** As the recording calls it; undefined: not of this track. */
  recordedUid(uid: string): string | undefined;
  /** Of all that it has played so far. */
  uids(): Iterable<string>;
}

export interface TrackOptions {
  score: Score;
  part: Part;
  player: Player;
  clock: Clock;
  /** Names of this play by recorded names and uids. It is added to. */
  names: Map<string, string>;
  /** It plays the object with that uid. */
  plays(uid: string): void;
  ended(): void;
}

export function createTrack({ score, part, player, clock, names, plays, ended }: TrackOptions): Track {
  // The calls of a stranger are part of the play.
  const stages: Stage[] = player.own ? part.stages : [{ gate: null, steps: part.stages.flatMap(({ steps }) => steps) }];
  const recorded = new Map<string, string>();
  let state: ReturnType<Track['state']> = 'waiting';
  let stage = 0;
  let next = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing = false;

  const steps = () => stages[stage]?.steps ?? [];

  function goOn(): void {
    clearTimeout(timer);
    for (let step = steps()[next]; step && clock.at(step.t) <= Date.now(); step = steps()[next]) write(step);
    const step = steps()[next];
    if (step) timer = setTimeout(goOn, Math.max(0, clock.at(step.t) - Date.now()));
    else if (stage + 1 < stages.length) state = 'waiting';
    else finish('over');
  }

  function write(step: Step, late = false): void {
    next += 1;
    writing = true;
    try {
      const askedAt = step.deletionAsked === null ? null : Date.parse(clock.stamp(step.deletionAsked));
      applyFrame({ step, object: read(step.template), late, askedAt }, player);
    } finally {
      writing = false;
    }
  }

  const read = (template: Template): KubeObject => JSON.parse(fill(template, { name: nameHere, stamp: clock.stamp }));

  function nameHere(name: string): string {
    let here = names.get(name);
    if (here === undefined) {
      here = randomUUID();
      names.set(name, here);
    }
    if (!recorded.has(here)) {
      recorded.set(here, name);
      plays(here);
    }
    return here;
  }

  function finish(as: 'over' | 'left'): void {
    clearTimeout(timer);
    if (state === 'over' || state === 'left') return;
    state = as;
    ended();
  }

  return {
    score,
    clock,
    state: () => state,
    begin() {
      state = 'playing';
      nameHere(part.job.uid);
      goOn();
    },
    call(call, policy) {
      const gate = stages[stage + 1]?.gate;
      if (gate?.call !== call || (call === 'delete' && gate.policy !== policy)) return false;
      if (state !== 'waiting' && call === 'delete') return false;
      clearTimeout(timer);
      // A start may come sooner than recorded.
      for (let step = steps()[next]; step; step = steps()[next]) write(step, true);
      clock.passed(gate.t, Date.now());
      stage += 1;
      next = 0;
      state = 'playing';
      const effect = steps()[0];
      if (effect) write(effect);
      timer = setTimeout(goOn, 0);
      return true;
    },
    leave: () => finish('left'),
    isWriting: () => writing,
    recordedUid: (uid) => recorded.get(uid),
    uids: () => recorded.keys(),
  };
}
