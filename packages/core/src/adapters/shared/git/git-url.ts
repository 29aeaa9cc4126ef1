/** A repository's URL, taken apart as git does it. */
export type GitUrl =
  | {
      scheme: 'https' | 'http' | 'ssh' | 'git';
      user: string | null;
      password: boolean;
      /** With the port, where it has one. */
      host: string;
      path: string;
    }
  /** null: not an absolute path, or one with `..`. */
  | { scheme: 'file'; path: string | null };

/** null for what is none of these. */
export function parseGitUrl(url: string): GitUrl | null {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(url) ?? [];
  if (scheme !== undefined && rest !== undefined) return parseSchemed(scheme.toLowerCase(), rest);
  if (/^([./~]|[a-z]:[\\/])/i.test(url) || !url.includes(':')) return { scheme: 'file', path: absolute(url) };
  return parseScpLike(url);
}

/** What `GIT_ALLOW_PROTOCOL` is set to: the transport that was checked, and no way down from https. */
export function allowedProtocols(url: string): string {
  const scheme = parseGitUrl(url)?.scheme ?? 'https';
  return scheme === 'http' ? 'http:https' : scheme;
}

/** `https://host:port`, where git may send a credential; null for what is not http. */
export function httpOrigin(url: string): string | null {
  const parsed = parseGitUrl(url);
  if (parsed?.scheme !== 'https' && parsed?.scheme !== 'http') return null;
  return `${parsed.scheme}://${parsed.host}`;
}

/** A submodule's URL that starts with `./` or `../` is meant from its parent's on. */
export function resolveRelative(url: string, parent: string): string {
  let base = parent.replace(/\/+$/, '');
  let rest = url;
  while (/^\.\.?\//.test(rest)) {
    if (rest.startsWith('../')) base = base.replace(/([/:])[^/:]*$/, (_, mark: string) => (mark === ':' ? ':' : ''));
    rest = rest.replace(/^\.\.?\//, '');
  }
  return rest === url ? url : `${base}${base.endsWith(':') ? '' : '/'}${rest}`;
}

/** One server and one way to it: only there may a repository's credential serve its submodules. */
export function sameServer(a: string, b: string): boolean {
  const [one, other] = [parseGitUrl(a), parseGitUrl(b)];
  if (one === null || other === null || one.scheme === 'file' || other.scheme === 'file') return false;
  return one.scheme === other.scheme && one.host.toLowerCase() === other.host.toLowerCase();
}

function parseSchemed(scheme: string, rest: string): GitUrl | null {
  if (scheme === 'file') return { scheme, path: absolute(decoded(rest)) };
  if (scheme !== 'https' && scheme !== 'http' && scheme !== 'ssh' && scheme !== 'git') return null;
  const slash = rest.search(/[/?#]/);
  const authority = slash === -1 ? rest : rest.slice(0, slash);
  const path = slash === -1 ? '' : rest.slice(slash + 1);
  return { scheme, ...parseAuthority(authority), path };
}

// `user@host:path`, and `[host]:path`.
function parseScpLike(url: string): GitUrl | null {
  const [, authority, path] = /^((?:[^/:@]*@)?(?:\[[^\]/]+\]|[^/:[\]]+)):(.*)$/s.exec(url) ?? [];
  if (authority === undefined || path === undefined) return null;
  return { scheme: 'ssh', ...parseAuthority(authority), path };
}

function parseAuthority(authority: string): { user: string | null; password: boolean; host: string } {
  const at = authority.lastIndexOf('@');
  if (at === -1) return { user: null, password: false, host: authority };
  const user = decoded(authority.slice(0, at)) ?? '-';
  return { user, password: user.includes(':'), host: authority.slice(at + 1) };
}

function absolute(path: string | null): string | null {
  if (!path?.startsWith('/') || path.startsWith('//')) return null;
  return path.split('/').some((part) => part === '..' || part === '.') ? null : path;
}

// git decodes what follows the scheme, so `%2e%2e` is `..`.
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
