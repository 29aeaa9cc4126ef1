import type { HttpApp } from '../../src/http/http-app.ts';

export interface SlowCall {
  /** The request was let in, and its body is being read. */
  reading: Promise<void>;
  /** Sends the rest of the body. */
  go(): void;
  answer: Promise<{ status: number; body: { code?: string; id?: string } }>;
}

/** A request whose client sends the first byte of its body, and the others when it is told to. */
export const slowCall = (app: HttpApp, path: string, { token, body }: { token: string; body: object }): SlowCall => {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const reading = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let isFirst = true;
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    if (isFirst) {
      isFirst = false;
      controller.enqueue(bytes.slice(0, 1));
      return reading.resolve();
    }
    await gate.promise;
    controller.enqueue(bytes.slice(1));
    controller.close();
  };
  const request = new Request(`http://host/api${path}`, {
    method: 'POST',
    headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
    body: new ReadableStream({ pull }, { highWaterMark: 0 }),
    duplex: 'half',
  } as RequestInit & { duplex: 'half' });
  const answer = app.fetch(request).then(async (response) => ({
    status: response.status,
    body: (await response.json()) as { code?: string; id?: string },
  }));
  return { reading: reading.promise, go: gate.resolve, answer };
};
