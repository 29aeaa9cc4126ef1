/** Where what an opening bracket begins is closed; the end, where it is not. */
export const closing = (source: string, from: number, close: ')' | '}'): number => {
  const open = close === ')' ? '(' : '{';
  let depth = 0;
  for (let at = from; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === open) depth++;
    else if (source[at] === close && depth-- === 0) return at;
  }
  return source.length;
};

/** A script without its here-documents: their lines are text for a program, and no commands. */
export const withoutHeredocs = (script: string): string => {
  const kept: string[] = [];
  let until: { word: string; tabs: boolean } | null = null;
  for (const line of script.split('\n')) {
    if (until !== null) {
      if ((until.tabs ? line.replace(/^\t+/, '') : line) === until.word) until = null;
      continue;
    }
    const [, tabs, word] = /<<(-?)\s*["']?([A-Za-z_]\w*)["']?/.exec(line.replace(/<<</g, '')) ?? [];
    if (word !== undefined) until = { word, tabs: tabs === '-' };
    kept.push(line.replace(/<<-?\s*["']?[A-Za-z_]\w*["']?/, ''));
  }
  return kept.join('\n');
};
