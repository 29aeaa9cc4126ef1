import type { LogLine } from '../../services/api.ts';

/** The output exactly as it was; what happened around it as lines of their own, `[runyard] …`. */
export async function* textLog(lines: AsyncIterable<LogLine>): AsyncIterable<string> {
  let atLineStart = true;
  for await (const { stream, text } of lines) {
    const shown: string =
      stream === 'phase' ? `${atLineStart ? '' : '\n'}[runyard] ${text.replace(/\n$/, '')}\n` : text;
    if (shown === '') continue;
    atLineStart = shown.endsWith('\n');
    yield shown;
  }
}
