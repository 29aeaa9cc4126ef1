import { setTimeout as sleep } from 'node:timers/promises';

export interface Run {
  id: string;
  state: string;
  sentence: string | null;
  silent_since: string | null;
  due_at: string | null;
}

/** The API by any of its instances: `base` says which one is asked, each time anew. */
export const newApi = (base: () => string, token: string) => {
  const ask = async (method: string, path: string, accept = 'application/json'): Promise<Response> => {
    const response = await fetch(`${base()}${path}`, { method, headers: { authorization: `token ${token}`, accept } });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const get = async <T>(path: string): Promise<T> => (await (await ask('GET', path)).json()) as T;
  return {
    jobId: async (name: string) => (await get<{ jobs: { id: string }[] }>(`/jobs?name=${name}`)).jobs[0]?.id ?? '',
    start: async (jobId: string) =>
      ((await (await ask('POST', `/jobs/${jobId}/start`)).json()) as { run: { id: string } }).run.id,
    run: (id: string) => get<Run>(`/runs/${id}`),
    runsOf: async (jobId: string) => (await get<{ runs: Run[] }>(`/runs?job_id=${jobId}`)).runs,
    /** The lines of its log as they come, until it has ended. */
    async *follow(id: string): AsyncGenerator<string> {
      const { body } = await ask('GET', `/runs/${id}/logs?follow=true`, 'text/plain');
      let rest = '';
      for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const lines = `${rest}${text}`.split('\n');
        rest = lines.pop() ?? '';
        yield* lines;
      }
    },
    /** Asks again and again until it is so. */
    async until<T>(asked: () => Promise<T>, isSo: (answer: T) => boolean): Promise<T> {
      for (;;) {
        const answer = await asked();
        if (isSo(answer)) return answer;
        await sleep(250);
      }
    },
  };
};
