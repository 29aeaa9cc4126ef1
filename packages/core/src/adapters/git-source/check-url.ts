import { parseGitUrl } from '../shared/git/git-url.ts';
import { type Fault, hasControls, type LocalRepositories } from './fault.ts';

const expected = 'https://…, http://…, ssh://…, git://… or user@host:path';

/** Only transports that we know, without a password in the URL; local repositories where the host allows them. */
export function checkUrl(url: string, allowed: LocalRepositories): Fault | null {
  const says = whyNot(url, allowed);
  return says === null ? null : { field: 'url', says, expected };
}

function whyNot(url: string, allowed: LocalRepositories): string | null {
  if (url === '' || url.length > 2000) return 'is empty or longer than 2000 characters.';
  if (url.startsWith('-')) return 'starts with a dash: git would take it for an option.';
  if (hasControls(url) || url.includes(' ')) return 'has a space or control characters.';
  if (/^[a-z0-9+.-]*::/i.test(url)) return 'names a transport helper, which could run any program.';
  const parsed = parseGitUrl(url);
  if (parsed === null) return 'is not one that Runyard fetches.';
  if (parsed.scheme === 'file') return whyNotLocal(parsed.path, allowed);
  if (parsed.host === '' || parsed.host.startsWith('-')) return 'has no host that could be called.';
  if (parsed.user?.startsWith('-') || parsed.path.startsWith('-')) return 'has a part that starts with a dash.';
  if (parsed.password) return 'has a password in it; give the name of a credential in `credential` instead.';
  if (parsed.user !== null && parsed.scheme.startsWith('http')) {
    return 'has a user name or token in it; give the name of a credential in `credential` instead.';
  }
  return null;
}

function whyNotLocal(path: string | null, allowed: LocalRepositories): string | null {
  if (path === null) return 'is a relative path, or one with `..` or a host in it.';
  const open = Array.isArray(allowed) ? allowed.some((prefix) => isBelow(path, prefix)) : allowed === true;
  return open
    ? null
    : 'is a repository on this machine, which this installation does not allow (option allowFileUrls).';
}

function isBelow(path: string, prefix: string): boolean {
  const folder = prefix.replace(/^file:\/\//, '').replace(/\/+$/, '');
  return path === folder || path.startsWith(`${folder}/`);
}
