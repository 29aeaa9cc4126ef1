/** For an answer that Runyard would not give. */
export const addressHint =
  'Is the address right? It ends with the base path of the routes, such as https://host/ops/api.';

/** The server could not be asked: whatever was asked of it may have come about or not. Exit code 69. */
export class Unreachable extends Error {
  /** Nothing was sent, so that anything may be tried again. */
  readonly unsent: boolean;
  constructor(message: string, options: { unsent?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.unsent = options.unsent ?? false;
  }
}

/** The server answered, and the answer is no. Exit code 77 where it is about who is asking, else 1. */
export class Refused extends Error {
  readonly status: number;
  /** One of Runyard's error codes. */
  readonly code: string;
  /** Of the record in the way. */
  readonly id: string | undefined;
  constructor(message: string, { status, code, id }: { status: number; code: string; id?: string | undefined }) {
    super(message);
    this.status = status;
    this.code = code;
    this.id = id;
  }
}
