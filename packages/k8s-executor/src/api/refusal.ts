import type { ApiCall } from './api.ts';
import type { StatusObject } from './objects.ts';
import { rightOf } from './right.ts';

export type Cause = NonNullable<NonNullable<StatusObject['details']>['causes']>[number];

/** What the server answered, as it is read from a `Status`, or from the text that it or something before it wrote. */
export interface RefusalParts {
  status: number;
  /** As `AlreadyExists`, `Invalid`, `Expired`; '' where none is told. */
  reason: string;
  /** The server's own words. */
  words: string;
  causes: readonly Cause[];
  /** After how many ms the server wants to be asked again. */
  retryAfterMs?: number;
}

/** The API server answered, and the answer is no. */
export class ApiRefusal extends Error {
  readonly status: number;
  readonly reason: string;
  readonly words: string;
  readonly causes: readonly Cause[];
  readonly retryAfterMs?: number;
  /** It is a right that is missing, and nothing about what was asked for: quotas, admission and namespaces that end are refused with 403 too. */
  readonly missingRight: boolean;

  constructor(parts: RefusalParts, call: ApiCall) {
    const missingRight = isMissingRight(parts);
    super(missingRight ? rightSentence(parts, call) : sentence(parts, call));
    this.name = 'ApiRefusal';
    this.status = parts.status;
    this.reason = parts.reason;
    this.words = parts.words;
    this.causes = parts.causes;
    if (parts.retryAfterMs !== undefined) this.retryAfterMs = parts.retryAfterMs;
    this.missingRight = missingRight;
  }
}

export const isRefusal = (error: unknown, ...statuses: number[]): error is ApiRefusal =>
  error instanceof ApiRefusal && (statuses.length === 0 || statuses.includes(error.status));

/** The API server itself says that there is no such object. A page of something that stands before it, with the same status, says nothing. */
export const isAbsent = (error: unknown): error is ApiRefusal => isRefusal(error, 404) && error.reason === 'NotFound';

/** There is an object of that name. Other conflicts are of quotas and the like, and pass. */
export const isTaken = (error: unknown): error is ApiRefusal =>
  isRefusal(error, 409) && error.reason === 'AlreadyExists';

/** The object of that name has another uid than the call asked for. */
export const isOfAnotherUid = (error: unknown): error is ApiRefusal =>
  isRefusal(error, 409) && /\bUID in (the )?precondition/.test(error.words);

// Whoever authorizes, the API server writes this sentence.
const isMissingRight = ({ status, words }: RefusalParts): boolean =>
  status === 403 && /\bcannot [a-z]+ (resource|path) "/.test(words);

const sentence = ({ status, reason, words }: RefusalParts, { method, path }: ApiCall): string =>
  `The Kubernetes API server refused ${method} ${path} (${status}${reason === '' ? '' : ` ${reason}`}): ${words}`;

const rightSentence = ({ words }: RefusalParts, call: ApiCall): string => {
  const { verb, resource, group, namespace } = rightOf(call);
  const where = namespace === null ? 'in the whole cluster' : `in namespace '${namespace}'`;
  const on = `'${resource}'${group === '' ? '' : ` of API group '${group}'`}`;
  return `The Kubernetes API server does not let Runyard ${verb} ${resource} ${where}: give its user a Role with the verb '${verb}' on ${on} there. It says: ${words}`;
};
