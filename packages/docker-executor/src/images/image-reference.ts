import { RunyardError } from '@runyard/core';

/** An image's name, taken apart as Docker does. */
export interface ImageReference {
  /** `docker.io` where the text names none. */
  host: string;
  /** Without the host: `library/busybox`, `team/train`. */
  repository: string;
  /** null: the text has a digest and no tag. Without either it is `latest`. */
  tag: string | null;
  /** `sha256:…`; it wins over the tag. */
  digest: string | null;
  /** What the engine calls the repository: `busybox`, `registry.example:5000/team/train`. */
  name: string;
}

/**
 * Reads `[host[:port]/]repository[:tag][@digest]`. Throws a `RunyardError` (`invalid-job`) that says what is wrong with it; `field` is
 * what the caller calls the text, default `image`.
 */
export const parseImageReference = (text: string, field = 'image'): ImageReference => {
  const refuse = (problem: string): never => {
    throw new RunyardError('invalid-job', `\`${field}\` is '${text}', which names no image: ${problem}.`, {
      field,
      expected: '[host[:port]/]repository[:tag][@digest]',
      received: text,
    });
  };
  if (/^[a-z]+:\/\//.test(text)) refuse('it begins with a protocol; leave that out');
  const [rest = '', digest = null, ...more] = text.split('@');
  if (more.length > 0) refuse('it has more than one @');
  if (digest !== null && !digestForm.test(digest))
    refuse('behind the @ comes a digest, such as sha256: and 64 hex digits');
  const { path, tag } = withoutTag(rest);
  if (tag !== null && !tagForm.test(tag))
    refuse('a tag has at most 128 letters, digits, _, . and -, and begins with none of . and -');
  const { host, repository } = withoutHost(path);
  if (host !== null && !hostForm.test(host)) refuse(`'${host}' is not a host with an optional port`);
  if (repository === '') refuse('it has no repository');
  if (/[A-Z]/.test(repository)) refuse(`a repository is written in lower case: '${repository.toLowerCase()}'`);
  if (!repositoryForm.test(repository))
    refuse(
      `'${repository}' is not a repository: lower case letters and digits, with single . _ - between them, parted by /`,
    );
  if (path.length > 255) refuse('it is longer than 255 characters');
  return { ...named(host, repository), tag: tag ?? (digest === null ? 'latest' : null), digest };
};

/** What the engine is asked for: the digest says more than the tag. */
export const engineReference = ({ name, tag, digest }: ImageReference): string =>
  digest === null ? `${name}:${tag}` : `${name}@${digest}`;

/** The host under which credentials are kept, whichever of its names one knows it by: `docker.io`. */
export const registryHost = (text: string): string => {
  const host = text.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return ['index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'].includes(host) ? dockerHub : host;
};

const dockerHub = 'docker.io';
const digestForm = /^(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;
const tagForm = /^\w[\w.-]{0,127}$/;
const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const hostForm = new RegExp(String.raw`^(?:${label}(?:\.${label})*|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$`);
const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const repositoryForm = new RegExp(`^${component}(?:/${component})*$`);

// A colon before the last slash belongs to a port.
const withoutTag = (text: string): { path: string; tag: string | null } => {
  const colon = text.lastIndexOf(':');
  return colon > text.lastIndexOf('/')
    ? { path: text.slice(0, colon), tag: text.slice(colon + 1) }
    : { path: text, tag: null };
};

// Docker's rule: the first part is a host when it has a dot or a port, is localhost, or is not written in lower case.
const withoutHost = (path: string): { host: string | null; repository: string } => {
  const slash = path.indexOf('/');
  const first = path.slice(0, slash);
  const isHost = slash > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  return isHost ? { host: first, repository: path.slice(slash + 1) } : { host: null, repository: path };
};

const named = (host: string | null, repository: string): Pick<ImageReference, 'host' | 'repository' | 'name'> => {
  if (host !== null && registryHost(host) !== dockerHub) return { host, repository, name: `${host}/${repository}` };
  return {
    host: dockerHub,
    repository: repository.includes('/') ? repository : `library/${repository}`,
    name: repository.replace(/^library\/(?=[^/]+$)/, ''),
  };
};
