import { AttemptMissing, type Executor, ExecutorConflict, ExecutorUnavailable, type Handle } from '@runyard/core';
import type { AgentAttempt, AgentList, PreparedAttempt } from './agent/answers.ts';
import { type AgentOptions, agentClient } from './agent-client.ts';
import { inspectionOf, lost } from './inspection-of.ts';
import { refuseWhatAgentsLack } from './refuse.ts';
import { sendSources } from './send-sources.ts';

/**
 * Runs jobs on another machine, through the agent that listens there. The agent holds the attempts: it makes one by key, and does
 * everything else by the id that it gave. Every request says which place it is meant for, and another agent refuses it.
 */
export const webhookExecutor = (options: AgentOptions): Executor => {
  const { ask } = agentClient(options);
  const path = (handle: Handle, rest = ''): string => `/attempts/${handle.id}${rest}`;
  const remove = async (handle: Handle, signal: AbortSignal): Promise<void> => {
    await ask('DELETE', path(handle), { place: handle.place, signal }); // gone already is as good
  };

  return {
    name: 'webhook',
    durable: true,
    place: async (signal) => (await ask('GET', '/place', { signal })).json<{ place: string }>().place,
    parseSpec: refuseWhatAgentsLack,

    async prepare(launch, signal) {
      const { key, installation } = launch;
      const answer = await ask('PUT', `/keys/${key}`, { json: { installation }, signal });
      if (answer.status === 409)
        throw new ExecutorConflict(`The agent has a ${key} that is not ours. Look at it there.`);
      const { id, place, started } = answer.json<PreparedAttempt>();
      const handle = { v: 1, place, id, key };
      if (started || launch.sources.length === 0) return handle;
      try {
        await sendSources(launch, signal, async (tar) => {
          const { status } = await ask('PUT', path(handle, '/workspace'), { bytes: tar, place, signal });
          if (status === 404)
            throw new ExecutorUnavailable(`${key} was prepared anew while its sources were being sent.`);
        });
      } catch (error) {
        await remove(handle, AbortSignal.timeout(5_000)).catch(() => {}); // else the sweeper finds it, inert
        throw error;
      }
      return handle;
    },

    async start(handle, { launch: { key, env, secrets, script }, signal }) {
      const json = { key, env, secrets, shell: script.shell, script: script.text };
      const { status } = await ask('POST', path(handle, '/start'), { json, place: handle.place, signal });
      if (status !== 200) throw new AttemptMissing(`The agent has no ${key} (${handle.id}) that could be started.`);
    },

    async inspect(handle, signal) {
      const answer = await ask('GET', path(handle), { place: handle.place, signal });
      return answer.status === 404 ? { state: 'missing' } : inspectionOf(answer.json<AgentAttempt>());
    },

    async wait(handle, { signal, onProgress }) {
      for (let seen = ''; ; ) {
        // Answered at once where it stands elsewhere than we saw it; else when that changes, or after a while.
        const answer = await ask('GET', path(handle, `?unlike=${seen}`), { place: handle.place, signal });
        if (answer.status === 404) return lost;
        const attempt = answer.json<AgentAttempt>();
        if (attempt.startedAt !== null && seen !== 'running') onProgress({ state: 'running', at: attempt.startedAt });
        const inspection = inspectionOf(attempt);
        if (inspection.state === 'finished') return inspection.outcome;
        seen = inspection.state;
      }
    },

    async stop(handle, { graceMs, signal }) {
      for (let running = true; running; ) {
        const answer = await ask('POST', path(handle, '/stop'), { json: { graceMs }, place: handle.place, signal });
        running = answer.status === 200 && answer.json<{ running: boolean }>().running;
      }
    },

    remove,

    async *logs(handle, { after = '0', follow = false, signal }) {
      for (let at = Number(after); ; ) {
        const output = path(handle, `/output?after=${at}&follow=${follow}`);
        const { status, bytes } = await ask('GET', output, { place: handle.place, signal });
        if (status !== 200) return; // 404: removed; 204: there is no more, and will be none
        at += bytes.length;
        if (bytes.length > 0) yield { cursor: String(at), stream: 'output', bytes };
      }
    },

    async *list(installation, signal) {
      const { place, attempts } = (
        await ask('GET', `/attempts?installation=${installation}`, { signal })
      ).json<AgentList>();
      for (const attempt of attempts) {
        const { id, key, createdAt } = attempt;
        yield { key, handle: { v: 1, place, id, key }, state: inspectionOf(attempt).state, createdAt };
      }
    },
  };
};
