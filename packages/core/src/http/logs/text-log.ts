import type { RenderLog } from './render-log.ts';

/** The output exactly as it was; what happened around it as lines of their own, `[runyard] …`. */
export const textLog: RenderLog = (read, write) => {
  let atLineStart = true;
  return read(({ stream, text }) => {
    const shown: string =
      stream === 'phase' ? `${atLineStart ? '' : '\n'}[runyard] ${text.replace(/\n$/, '')}\n` : text;
    if (shown === '') return;
    atLineStart = shown.endsWith('\n');
    return write(shown);
  });
};
