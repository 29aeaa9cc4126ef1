import { qualifiedKind, qualifiedResource, type ResourceInfo } from '../resources.ts';

/** What a call is answered with. */
export interface Answer {
  status: number;
  /** A string or bytes go out as they are, an object as JSON. */
  body: string | Buffer | object;
  contentType?: string;
  headers?: Record<string, string>;
  /** Each becomes a `Warning` header. */
  warnings?: readonly string[];
}

export interface Cause {
  reason?: string;
  message: string;
  field?: string;
}

/** Thrown by what carries out a call. */
export class Refusal extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super(JSON.stringify(answer.body));
    this.answer = answer;
  }
}

// The words of Kubernetes 1.35.

export function refusal(
  status: number,
  message: string,
  rest: { reason?: string; details?: object; metadata?: object } = {},
): Refusal {
  const { reason, details, metadata = {} } = rest;
  const body = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata,
    status: 'Failure',
    message,
    ...(reason ? { reason } : {}),
    ...(details ? { details } : {}),
    code: status,
  };
  return new Refusal({ status, body });
}

export const badRequest = (message: string) => refusal(400, message, { reason: 'BadRequest' });

export const unauthorized = () => refusal(401, 'Unauthorized', { reason: 'Unauthorized' });

export const unknownPath = () =>
  refusal(404, 'the server could not find the requested resource', { reason: 'NotFound', details: {} });

export const notFound = (info: ResourceInfo, name: string) =>
  refusal(404, `${qualifiedResource(info)} "${name}" not found`, { reason: 'NotFound', details: details(info, name) });

export const alreadyExists = (info: ResourceInfo, name: string, isLeaving: boolean) =>
  refusal(409, `${isLeaving ? 'object is being deleted: ' : ''}${qualifiedResource(info)} "${name}" already exists`, {
    reason: 'AlreadyExists',
    details: details(info, name),
  });

export const conflict = (info: ResourceInfo, name: string, why: string) =>
  refusal(409, `Operation cannot be fulfilled on ${qualifiedResource(info)} "${name}": ${why}`, {
    reason: 'Conflict',
    details: details(info, name),
  });

/** Of a precondition of a DELETE, which speaks of the kind. */
export const preconditionFailed = (info: ResourceInfo, name: string, why: string) =>
  refusal(409, `Operation cannot be fulfilled on ${qualifiedKind(info)} "${name}": ${why}`, {
    reason: 'Conflict',
    details: { ...details(info, name), kind: info.kind },
  });

export const forbidden = (info: ResourceInfo, name: string | null, why: string, causes?: readonly Cause[]) =>
  refusal(403, `${qualifiedResource(info)}${name ? ` "${name}"` : ''} is forbidden: ${why}`, {
    reason: 'Forbidden',
    details: { ...details(info, name), ...(causes ? { causes } : {}) },
  });

export const modified = (info: ResourceInfo, name: string) =>
  conflict(info, name, 'the object has been modified; please apply your changes to the latest version and try again');

/** @param kind as `Job` in the group `batch`; what is wrong with which fields stands in the causes */
export function invalid(kind: string, group: string, name: string, causes: readonly Cause[]): Refusal {
  // Each sentence is said once, each cause is listed.
  const told = [...new Set(causes.map(({ field, message }) => `${field}: ${message}`))];
  const text = told.length === 1 ? told[0] : `[${told.join(', ')}]`;
  return refusal(422, `${group ? `${kind}.${group}` : kind} "${name}" is invalid: ${text}`, {
    reason: 'Invalid',
    details: { ...(name ? { name } : {}), ...(group ? { group } : {}), kind, causes },
  });
}

export const expired = (message: string, metadata: object = {}) =>
  refusal(410, message, { reason: 'Expired', metadata });

export const unsupportedMediaType = (message: string, details?: object) =>
  refusal(415, message, { reason: 'UnsupportedMediaType', ...(details ? { details } : {}) });

const details = (info: ResourceInfo, name: string | null) => ({
  ...(name ? { name } : {}),
  ...(info.group ? { group: info.group } : {}),
  kind: info.resource,
});
