import { pulled, type Take } from '../ports/each.ts';
import type { HttpApp, Native } from './http-app.ts';

/**
 * An answer whose text is known, or comes bit by bit. A `Response` of it costs more than all the rest of a short request, since its body is a stream
 * of bytes: it is made only for those who ask for one.
 */
export interface PlainAnswer {
  status: number;
  headers: Record<string, string>;
  text: string | null;
  stream?: TextStream;
}

/** Sends a text. While what it returns is pending, the client has not taken it yet, and no more should come. */
export type Write = Take<string>;

/** Texts, as they come and no faster than they are taken. */
export interface TextStream {
  /** Called once. Resolves when all has been written; rejects where that is not all there should have been. */
  pipe(write: Write): Promise<void>;
  /** Ends what is being waited for, and what waits to be taken. */
  cancel(reason?: unknown): void;
}

export type AnyAnswer = Response | PlainAnswer;

export const asResponse = (answer: AnyAnswer): Response => {
  if (answer instanceof Response) return answer;
  const { status, headers, text, stream } = answer;
  return new Response(stream ? bytesOf(stream) : text, { status, headers });
};

// Nothing begins before it is asked for: whoever looks only at the status leaves nothing behind.
const bytesOf = (stream: TextStream): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder();
  const texts = pulled(stream.pipe);
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const { done, value } = await texts.next();
    if (done) controller.close();
    else controller.enqueue(encoder.encode(value));
  };
  return new ReadableStream({ pull, cancel: (reason) => stream.cancel(reason) }, { highWaterMark: 0 });
};

type AnswerAny = (request: Request, native: Native) => Promise<AnyAnswer>;

/** How an app answers without a `Response` where none is needed, for servers of Node. Any other app has only its `fetch`. */
export const plainly = new WeakMap<HttpApp, AnswerAny>();
