import type { Take } from '../ports/each.ts';
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

const bytesOf = (stream: TextStream): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder();
  let wanted = Promise.withResolvers<void>();
  const start = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    const write = async (text: string): Promise<void> => {
      await wanted.promise;
      wanted = Promise.withResolvers();
      controller.enqueue(encoder.encode(text));
    };
    stream.pipe(write).then(
      () => controller.close(),
      (error: unknown) => controller.error(error),
    );
  };
  const cancel = (reason: unknown): void => stream.cancel(reason);
  return new ReadableStream({ start, pull: () => wanted.resolve(), cancel }, { highWaterMark: 0 });
};

type AnswerAny = (request: Request, native: Native) => Promise<AnyAnswer>;

/** How an app answers without a `Response` where none is needed, for servers of Node. Any other app has only its `fetch`. */
export const plainly = new WeakMap<HttpApp, AnswerAny>();
