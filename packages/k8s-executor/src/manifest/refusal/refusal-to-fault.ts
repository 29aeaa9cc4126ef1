import { type AttemptFailed, ExecutorUnavailable, startFailed } from '@runyard/core';
import { fieldOfCause, fieldOfWords } from './field-of-cause.ts';
import { forField } from './for-field.ts';

/** What an API server said when it refused something. */
export interface Refused {
  /** Of HTTP. */
  status: number;
  /** The server's own. */
  words: string;
  causes: readonly { reason?: string; message?: string; field?: string }[];
  /** What it refused is a right, and nothing about the object. */
  missingRight?: boolean;
  /** The whole sentence. */
  message: string;
}

/**
 * What it means for an attempt that the API server refused one of its objects: `AttemptFailed` where it never takes it, with the job's field and the server's
 * words; `ExecutorUnavailable` where the job is not at fault, and somebody may mend it: rights, a quota, the namespace. `sent` is the object, so that
 * fields can be told by name.
 */
export const refusalToFault = (refused: Refused, sent?: unknown): AttemptFailed | ExecutorUnavailable => {
  const { status, words } = refused;
  const later = notTheJob(refused);
  if (later !== null) return new ExecutorUnavailable(later, { cause: refused });
  const told = fieldSaid(refused, sent);
  if (status === 413) return startFailed('too-large', `The job is larger than the cluster takes: ${words}`, refused);
  if (isAdmission(words))
    return startFailed('admission-denied', `The cluster's rules do not admit the job${told}: ${words}`, refused);
  if (status === 404)
    return startFailed(
      'unsupported-by-cluster',
      `The cluster has not what the job needs${told}: ${words}${hint(words)}`,
      refused,
    );
  return startFailed('refused-by-cluster', `The cluster refused the job${told}: ${words}`, refused);
};

// A sentence, where nothing of the job is wrong.
const notTheJob = ({ status, words, causes, missingRight, message }: Refused): string | null => {
  if (missingRight) return message;
  if (causes.some(({ reason }) => reason === 'NamespaceTerminating')) return `The namespace is being deleted: ${words}`;
  if (status === 404 && /^namespaces? "/.test(words)) return `The namespace is not there: ${words}`;
  if (status === 403 && /exceeded quota/.test(words)) return `The namespace's quota leaves no room: ${words}`;
  return takes.includes(status) ? null : message;
};

// Every other answer says nothing about the object: 409 that of another one, 401 that of ours, 429 and 5xx that of the server.
const takes = [400, 403, 404, 413, 422];

const isAdmission = (words: string): boolean =>
  /admission webhook .* denied|ValidatingAdmissionPolicy .* denied|violates PodSecurity|is forbidden/.test(words);

const fieldSaid = ({ words, causes }: Refused, sent: unknown): string => {
  const fields = causes.map(({ field }) => (field === undefined ? null : fieldOfCause(field, sent)));
  return forField(fields.find((found) => found !== null) ?? fieldOfWords(words));
};

const hint = (words: string): string =>
  /could not find the requested resource/.test(words)
    ? ' (Claims of devices by DRA need resource.k8s.io/v1, which Kubernetes has since 1.34.)'
    : '';
