import type { ServerResponse } from 'node:http';

/**
 * Writes a `Response` to Node's. One that is not to be buffered on its way goes out chunk by chunk, as they come and as
 * fast as the client takes them; any other goes out whole, with its length.
 */
export const sendResponse = async (response: Response, outgoing: ServerResponse): Promise<void> => {
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) outgoing.setHeader(name, value);
  if (response.body === null) outgoing.end();
  else if (response.headers.get('x-accel-buffering') === 'no') await stream(response.body, outgoing);
  else {
    const body = Buffer.from(await response.arrayBuffer());
    outgoing.setHeader('content-length', body.byteLength).end(body);
  }
};

const stream = async (body: ReadableStream<Uint8Array>, outgoing: ServerResponse): Promise<void> => {
  const reader = body.getReader();
  const stop = (): void => void reader.cancel().catch(() => undefined);
  outgoing.once('close', stop);
  // A server that closes need not wait for the connection to be used again.
  if (outgoing.req.httpVersionMajor === 1) outgoing.setHeader('connection', 'close');
  outgoing.flushHeaders();
  try {
    await pump(reader, outgoing);
    outgoing.end();
  } catch (error) {
    // The status is out already: a connection that breaks off is the only way left to say that this is not all.
    outgoing.destroy(error instanceof Error ? error : undefined);
  } finally {
    outgoing.off('close', stop);
  }
};

const pump = async (reader: ReadableStreamDefaultReader<Uint8Array>, outgoing: ServerResponse): Promise<void> => {
  for (;;) {
    const { done, value } = await reader.read();
    if (done || outgoing.destroyed) return;
    const room = outgoing.write(value);
    if (!room) await drained(outgoing);
  }
};

const drained = (outgoing: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const go = (): void => {
      outgoing.off('drain', go).off('close', go);
      resolve();
    };
    outgoing.once('drain', go).once('close', go);
  });
