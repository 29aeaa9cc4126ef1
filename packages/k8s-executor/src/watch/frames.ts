/** What a watch tells: one JSON object a line. */
export interface Frame {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: unknown;
}

/** All that came whole with a piece of the stream; a line that the end of it cuts off is not told. Throws `SyntaxError` where a line is no JSON. */
export async function* readFrames(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Frame[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (lines.length > 0) yield lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Frame);
  }
}
