import { RunyardError } from '../../domain/errors.ts';

/**
 * `https://host[:port]`, of what a person writes as a host: `git.example.org`, `git.example.org:8443`, or with `http://` before it, where a server has no
 * TLS. Throws `invalid-credential`.
 */
export const readOrigin = (host: unknown): string => {
  const origin = typeof host === 'string' ? parseOrigin(host) : null;
  if (origin !== null) return origin;
  const expected =
    'the name of one host, with its port where that is not 443: `git.example.org`, `git.example.org:8443`';
  const received =
    typeof host === 'string' ? JSON.stringify(host.replace(/\/\/[^/]*@/, '//***@').slice(0, 100)) : typeof host;
  throw new RunyardError('invalid-credential', `\`host\` is not valid: expected ${expected}; received ${received}.`, {
    field: 'host',
    expected,
    received,
  });
};

/** null for what is no host. */
export const parseOrigin = (host: string): string | null => {
  const [, scheme = 'https://', rest = ''] =
    /^(https?:\/\/)?([A-Za-z0-9.-]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?)\/?$/.exec(host) ?? [];
  const text = `${scheme}${rest}`;
  return rest !== '' && !/^[.-]/.test(rest) && URL.canParse(text) ? new URL(text).origin : null;
};

/** As people write it: without the scheme, where that is https. */
export const hostOfOrigin = (origin: string): string => origin.replace(/^https:\/\//, '');
