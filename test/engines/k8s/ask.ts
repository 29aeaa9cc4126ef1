/** A plain client for tests: what kubectl would do with such a kubeconfig. */
export interface Asker {
  (method: string, path: string, body?: unknown, options?: AskOptions): Promise<Asked>;
  /** The frames of a watch, as they come. It ends with the server's end, or with the signal. */
  watch(path: string, signal?: AbortSignal): Promise<AsyncGenerator<Frame>>;
}

export interface AskOptions {
  contentType?: string;
  /** Instead of the kubeconfig's; null: none. */
  token?: string | null;
}

export interface Asked {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server answers
  body: any;
}

export interface Frame {
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server answers
  object: any;
}

export function askerFor(kubeConfig: string): Asker {
  const config = JSON.parse(kubeConfig);
  const server: string = config.clusters[0].cluster.server;
  const ownToken: string = config.users[0].user.token;

  const headersFor = (token: string | null = ownToken): Record<string, string> =>
    token === null ? {} : { authorization: `Bearer ${token}` };

  const ask = async (method: string, path: string, body?: unknown, options: AskOptions = {}): Promise<Asked> => {
    const response = await fetch(`${server}${path}`, {
      method,
      headers: {
        ...headersFor(options.token),
        ...(body === undefined ? {} : { 'content-type': options.contentType ?? 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json';
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };

  const watch = async (path: string, signal?: AbortSignal) => {
    const response = await fetch(`${server}${path}`, { headers: headersFor(), ...(signal ? { signal } : {}) });
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return framesOf(response);
  };

  return Object.assign(ask, { watch });
}

async function* framesOf(response: Response): AsyncGenerator<Frame> {
  let rest = '';
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    rest += piece;
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line);
  }
}
