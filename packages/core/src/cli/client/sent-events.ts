/** One server-sent event. */
export interface SentEvent {
  event: string;
  id: string | undefined;
  data: string;
}

/**
 * Reads server-sent events as they come, `beat` with every piece that does (also one that holds no event). An event that was
 * cut off in the middle is not one.
 */
export async function* sentEvents(body: ReadableStream<Uint8Array>, beat: () => void): AsyncGenerator<SentEvent> {
  let rest = '';
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    beat();
    const blocks = (rest + text).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parsed(block);
      if (event !== null) yield event;
    }
  }
}

const parsed = (block: string): SentEvent | null => {
  const fields = block.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith(':'));
  if (fields.length === 0) return null;
  const all = (name: string): string[] =>
    fields
      .filter((line) => line === name || line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).replace(/^ /, ''));
  return { event: all('event').at(-1) ?? 'message', id: all('id').at(-1), data: all('data').join('\n') };
};
