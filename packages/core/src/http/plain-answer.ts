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

/** Texts, each read when the one before has been taken. */
export interface TextStream {
  next(): Promise<IteratorResult<string, unknown>>;
  /** Ends what is being waited for, and what waits to be asked for more. */
  cancel(reason?: unknown): void;
}

export type AnyAnswer = Response | PlainAnswer;

export const asResponse = (answer: AnyAnswer): Response => {
  if (answer instanceof Response) return answer;
  const { status, headers, text, stream } = answer;
  return new Response(stream ? bytesOf(stream) : text, { status, headers });
};

const bytesOf = (stream: TextStream): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder();
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const { done, value } = await stream.next();
    if (done) controller.close();
    else controller.enqueue(encoder.encode(value));
  };
  return new ReadableStream({ pull, cancel: (reason) => stream.cancel(reason) }, { highWaterMark: 0 });
};

type AnswerAny = (request: Request, native: Native) => Promise<AnyAnswer>;

/** How an app answers without a `Response` where none is needed, for servers of Node. Any other app has only its `fetch`. */
export const plainly = new WeakMap<HttpApp, AnswerAny>();
