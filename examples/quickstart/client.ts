/** The few HTTP calls of the demonstration, as any client would make them. */
export interface Client {
  start(jobId: string): Promise<{ id: string; state: string }>;
  run(id: string): Promise<RunAnswer>;
  /** Prints the log to the terminal as it comes; resolves when the run has ended and all was read. */
  followLog(id: string, print: (text: string) => void): Promise<void>;
}

export interface RunAnswer {
  id: string;
  state: string;
  reason: string | null;
  sentence: string | null;
  trigger: string;
}

export const createClient = (base: string, token: string): Client => {
  const call = async (method: string, path: string, accept = 'application/json'): Promise<Response> => {
    const response = await fetch(`${base}/api${path}`, {
      method,
      headers: { authorization: `token ${token}`, accept },
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  return {
    async start(jobId) {
      const answer = (await (await call('POST', `/jobs/${jobId}/start`)).json()) as {
        run: { id: string; state: string };
      };
      return answer.run;
    },
    run: async (id) => (await (await call('GET', `/runs/${id}`)).json()) as RunAnswer,
    async followLog(id, print) {
      const { body } = await call('GET', `/runs/${id}/logs?follow=true`, 'text/plain');
      if (!body) return;
      for await (const text of body.pipeThrough(new TextDecoderStream())) print(text);
    },
  };
};
