import { systemClock } from '../../src/adapters/system-clock/system-clock.ts';
import type { RunyardOptions } from '../../src/services/options.ts';
import { exits, hangs } from '../../src/testing/scripted-executor/behaviour.ts';
import { ScriptedEngine } from '../../src/testing/scripted-executor/scripted-engine.ts';
import { scriptedExecutor } from '../../src/testing/scripted-executor/scripted-executor.ts';
import { type HttpHost, httpHost } from './http-host.ts';

/**
 * A real server whose jobs may have any image and any command, as those of the published service: `hang` runs until it is stopped, `wait` is started and
 * does not run, `fail` ends with 3; what any other says is printed.
 */
export const saturnHost = (options: RunyardOptions = {}): Promise<HttpHost> => {
  const engine = new ScriptedEngine({
    clock: systemClock(),
    script: ({ spec: { command } }) => {
      if (command === 'hang') return hangs({ output: ['hanging\n'] });
      if (command === 'wait')
        return { waiting: { ms: Number.POSITIVE_INFINITY, sentence: '0/5 nodes are available.' } };
      if (command === 'fail') return exits(3, { output: ['failing\n'] });
      return { output: [command].flat() };
    },
  });
  return httpHost({}, { executors: { scripted: scriptedExecutor(engine) }, ...options });
};
