/** Keeps the cookie of its session, as a browser does. */
export interface Browser {
  ask(method: string, path: string, body?: object): Promise<Answer>;
  /** A long text, piece by piece as it comes. */
  stream(path: string): AsyncIterable<string>;
}

export interface Answer {
  status: number;
  json<T>(): T;
}

export const newBrowser = (url: string): Browser => {
  let cookie = '';
  const send = (method: string, path: string, options: { accept: string; body?: object }): Promise<Response> =>
    fetch(`${url}${path}`, {
      method,
      headers: { cookie, accept: options.accept, ...(options.body && { 'content-type': 'application/json' }) },
      ...(options.body && { body: JSON.stringify(options.body) }),
    });
  return {
    async ask(method, path, body) {
      const response = await send(method, path, { accept: 'application/json', ...(body && { body }) });
      cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
      const text = await response.text();
      return { status: response.status, json: <T>() => JSON.parse(text) as T };
    },
    async *stream(path) {
      const { body } = await send('GET', path, { accept: 'text/plain' });
      if (body) yield* body.pipeThrough(new TextDecoderStream());
    },
  };
};
