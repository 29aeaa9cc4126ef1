import { RunyardError } from '../../domain/errors.ts';
import { isPlain, type Plain } from './paths.ts';

/**
 * Published fields that Runyard does not implement. Existing clients send them at their published default, so that is
 * accepted; anything else asks for something that would not happen, and is refused with what to do instead.
 */
const jobFields: UnsupportedFields = {
  image_tag_id: { accepted: null, instead: 'there is no directory of images yet: give `image_uri`' },
  image_enforce_trusted: { accepted: true, instead: 'there are no trusted images: leave it out' },
  is_spot: {
    accepted: false,
    instead: 'name a size of your catalogue that stands for such machines in `instance_size`',
  },
  start_dind: { accepted: false, instead: 'no Docker is started beside a job: leave it out' },
  config_files: { accepted: null, instead: 'keep the files in a repository of `external_repo_attachments`' },
  debug_mode: { accepted: false, instead: 'there is no debug mode: leave it out' },
};

export type UnsupportedFields = Readonly<Record<string, { accepted: unknown; instead: string }>>;

/** Throws for the first of them that asks for something; returns the rest of the body. */
export const withoutUnsupported = (body: Plain, fields: UnsupportedFields = jobFields): Plain => {
  const rest: Plain = {};
  for (const [name, value] of Object.entries(body)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) rest[name] = value;
    else if (asksForSomething(value, field.accepted))
      throw unsupported(name, value, JSON.stringify(field.accepted), field.instead);
  }
  return rest;
};

export const unsupported = (field: string, received: unknown, accepted: string, instead: string): RunyardError =>
  new RunyardError('unsupported-field', `\`${field}\` can only be ${accepted} here: ${instead}.`, {
    field,
    expected: accepted,
    received: JSON.stringify(received),
  });

const asksForSomething = (value: unknown, accepted: unknown): boolean =>
  value !== undefined && value !== null && value !== accepted && !(isPlain(value) && Object.keys(value).length === 0);
