import { setTimeout as sleep } from 'node:timers/promises';
import { HostGone, type HostProcess, startHostProcess } from '../host/host-process.ts';
import { cannotStart, type HostSetup } from '../host/setup.ts';

/** A machine with one host on it, which comes back whenever it goes. */
export interface Slot {
  readonly setup: HostSetup;
  /** The host, once it is up. */
  up(): Promise<HostProcess>;
  /** Ends the host, if there is one, however it is. */
  away(): Promise<void>;
  /** Faults of ours that hosts of this slot have told. */
  readonly faults: string[];
  /** Runs that its hosts took over. */
  readonly adopted: string[];
}

export const newSlot = (setup: HostSetup): Slot => {
  let current: Promise<HostProcess> | null = null;
  const faults: string[] = [];
  const adopted: string[] = [];
  // One that cannot start, because its database is away, is started again, as a service would be.
  const start = async (): Promise<HostProcess> => {
    for (let tries = 1; ; tries++) {
      try {
        const host = await startHostProcess(setup, (told) => {
          if (told.news === 'fault') faults.push(told.sentence);
          if (told.news === 'adopted') adopted.push(told.runId);
        });
        host.gone.then((how) => {
          current = null;
          // Killed, or closed; else it fell by itself.
          if (how !== 'SIGKILL' && how !== 0) faults.push(`a host ended with ${how}`);
        });
        return host;
      } catch (error) {
        if (!(error instanceof HostGone) || tries === mostTries) throw error;
        if (error.how !== cannotStart) faults.push(`a host ended with ${error.how} while it started`);
        await sleep(againMs);
      }
    }
  };
  return {
    setup,
    faults,
    adopted,
    up: () => (current ??= start()),
    async away() {
      const host = await current?.catch(() => null);
      await host?.kill();
    },
  };
};

const mostTries = 100;
const againMs = 300;
