import type { EngineInfo, EngineVersion } from './answers.ts';
import type { Engine } from './engine.ts';
import { unavailable } from './faults.ts';

/** Who answers, once it is known to be new enough. */
export interface Place {
  /** Asks the engine itself. */
  ask(signal: AbortSignal): Promise<EngineInfo>;
  /** As it was told last; asks where it was never told. */
  known(signal: AbortSignal): Promise<string>;
  /** What the engine tells of itself; throws `ExecutorUnavailable` unless the one that answers now is this one. */
  verify(place: string, signal: AbortSignal): Promise<EngineInfo>;
}

export const createPlace = (engine: Engine): Place => {
  let last: string | undefined;
  const ask = async (signal: AbortSignal): Promise<EngineInfo> => {
    if (last === undefined) await refuseOldEngine(engine, signal);
    const info = await engine.ask<EngineInfo>({ method: 'GET', path: '/info', signal });
    if (typeof info.ID !== 'string' || info.ID === '')
      throw unavailable(
        'What answers at the Docker socket told no id: it is no Docker engine, or one that is just starting.',
      );
    last = info.ID;
    return info;
  };
  return {
    ask,
    known: async (signal) => last ?? (await ask(signal)).ID,
    async verify(place, signal) {
      const info = await ask(signal);
      const { ID } = info;
      if (ID === place) return info;
      throw unavailable(
        `The attempt lives on the Docker engine ${place}, and the one that answers is ${ID}: ask the instance that serves it.`,
      );
    },
  };
};

/** The first API version that has all that is asked for here (Docker 20.10). */
const oldest = '1.41';

const refuseOldEngine = async (engine: Engine, signal: AbortSignal): Promise<void> => {
  const { ApiVersion, Version } = await engine.ask<EngineVersion>({ method: 'GET', path: '/version', signal });
  if (typeof ApiVersion === 'string' && minor(ApiVersion) >= minor(oldest)) return;
  throw unavailable(
    `The Docker engine is too old: its API is ${ApiVersion} (Docker ${Version}), and ${oldest} is needed. Upgrade it to Docker 20.10 or later.`,
  );
};

// All versions that there have been begin with `1.`.
const minor = (version: string): number => {
  const [major, rest] = version.split('.').map(Number);
  return (major ?? 0) * 1000 + (rest ?? 0);
};
