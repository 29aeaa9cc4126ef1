import type { HttpApp, Native } from './http-app.ts';

/**
 * An answer whose text is known. A `Response` of it costs more than all the rest of a short request, since its body is a stream: it is made
 * only for those who ask for one.
 */
export interface PlainAnswer {
  status: number;
  headers: Record<string, string>;
  text: string | null;
}

export type AnyAnswer = Response | PlainAnswer;

export const asResponse = (answer: AnyAnswer): Response =>
  answer instanceof Response ? answer : new Response(answer.text, { status: answer.status, headers: answer.headers });

type AnswerAny = (request: Request, native: Native) => Promise<AnyAnswer>;

/** How an app answers without a `Response` where none is needed, for servers of Node. Any other app has only its `fetch`. */
export const plainly = new WeakMap<HttpApp, AnswerAny>();
