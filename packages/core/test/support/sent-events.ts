export interface SentEvent {
  /** `comment` for a comment. */
  event: string;
  id: string | undefined;
  data: string;
}

/** Reads a stream of server-sent events, one at a time. */
export async function* sentEvents(answer: Response): AsyncGenerator<SentEvent, undefined> {
  if (answer.body === null || !answer.headers.get('content-type')?.startsWith('text/event-stream'))
    throw new Error(`no events: ${answer.status} ${await answer.text()}`);
  let rest = '';
  for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) yield parsed(part);
  }
}

const parsed = (text: string): SentEvent => {
  const field = (name: string) =>
    text
      .split('\n')
      .filter((line) => line.startsWith(`${name}: `))
      .map((line) => line.slice(name.length + 2))
      .join('\n');
  if (text.startsWith(':')) return { event: 'comment', id: undefined, data: text.slice(2) };
  return { event: field('event') || 'message', id: field('id') || undefined, data: field('data') };
};
