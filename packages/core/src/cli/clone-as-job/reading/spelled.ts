import type { Names } from './names.ts';
import type { Token } from './tokens.ts';

/** What a text of a program spells with what stands in front of it. */
export const spelled = (
  tokens: readonly Token[],
  index: number,
  names: Names,
): { text: string; joined: string | null } => {
  const text = tokens[index]?.text ?? '';
  const joined = joinedPath(tokens, index, names);
  if (!isMark(tokens[index - 1], '+')) return { text, joined };
  // `ROOT + '/x.csv'` is no path from the top.
  const before = tokens[index - 2];
  const known = before?.kind === 'name' ? names.get(before.text) : undefined;
  if (known && !known.partial) return { text: known.text + text, joined };
  if (isHome(tokens, index - 2) && text.startsWith('/')) return { text: `~${text}`, joined };
  return { text: text.replace(/^\/+/, ''), joined };
};

// `Path('data') / 'raw' / 'x.csv'`, seen from its last part.
const joinedPath = (tokens: readonly Token[], index: number, names: Names): string | null => {
  if (isSlash(tokens[index + 1])) return null;
  const parts: string[] = [];
  for (let at = index; ; ) {
    const token = tokens[at];
    if (token?.kind === 'text') parts.unshift(token.text);
    else {
      const given = token?.kind === 'name' ? names.get(token.text) : undefined;
      if (given && !given.partial) parts.unshift(given.text);
      break;
    }
    if (!isSlash(tokens[at - 1])) break;
    if (isHome(tokens, at - 2)) {
      parts.unshift('~');
      break;
    }
    // Over the bracket of `Path('data')`.
    at = isMark(tokens[at - 2], ')') ? at - 3 : at - 2;
  }
  return parts.length > 1 ? parts.join('/') : null;
};

/** `Path.home()`, `os.environ['HOME']`, `homedir()` and their like, seen from their end. */
const isHome = (tokens: readonly Token[], end: number): boolean => {
  const [a, b, c, d] = [tokens[end - 3], tokens[end - 2], tokens[end - 1], tokens[end]];
  if (/^process\.env\.HOME$/.test(d?.text ?? '')) return true;
  if (isMark(d, ']'))
    return c?.text === 'HOME' && isMark(b, '[') && /(^|\.)(environ|process\.env)$/.test(a?.text ?? '');
  if (!isMark(d, ')')) return false;
  if (isMark(c, '(')) return /(^|\.)(Path\.home|homedir)$/.test(b?.text ?? '');
  if (isMark(c, ')')) return isHome(tokens, end - 1);
  return (
    isMark(b, '(') &&
    ((c?.text === '~' && /expanduser$/.test(a?.text ?? '')) ||
      (c?.text === 'HOME' && /(getenv|environ\.get)$/.test(a?.text ?? '')))
  );
};

const isMark = (token: Token | undefined, mark: string): boolean => token?.kind === 'mark' && token.text === mark;
export const isSlash = (token: Token | undefined): boolean => isMark(token, '/');
