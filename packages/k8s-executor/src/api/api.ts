/** One call to the API server. */
export interface ApiCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the root, without query: `/apis/batch/v1/namespaces/n/jobs`. Parts that come from outside are encoded already. */
  path: string;
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  body?: unknown;
  /** Default `application/json`; of a PATCH always said. */
  contentType?: string;
  /** Of a stream: it ends by itself soon, so that not more than 20 of them are open at once. */
  brief?: boolean;
  signal: AbortSignal;
  /** For how long it is asked again, in ms; 0: it is asked once. Default: the executor's `callTimeoutMs`. */
  patienceMs?: number;
  /**
   * How long a try may go on without a byte of the answer, in ms. Default 10,000. `Infinity` for a log that is followed: its answer may begin only
   * with the first line that the container writes.
   */
  silenceMs?: number;
}

/**
 * The API server. What is answered with 429, 500, 502, 503 or 504, and what is not answered, is asked again, after the server's `Retry-After`
 * where it sends one; what stays so throws `ExecutorUnavailable`, whose cause tells the last answer. So does 401, after the credentials were asked
 * for anew. Every other refusal throws `ApiRefusal`.
 *
 * A try whose answer was lost may have been carried out: a create that is asked again is refused with 409, a deletion with 404.
 */
export interface Api {
  /** The JSON of the answer. Not more than 20 of these calls are under way at once; the others wait in the order in which they came. */
  ask<T>(call: ApiCall): Promise<T>;
  /**
   * The answer's bytes as they come, for watches and logs. Rejects before the first byte as `ask` does. A stream that breaks throws
   * `ExecutorUnavailable`; an aborted one the signal's reason. However many there are, they keep no process alive.
   */
  open(call: ApiCall): Promise<ApiStream>;
  /** Ends every call and stream with a `RunyardError` (`closed`), and lets go of the connections. */
  close(): void;
}

/** Read it once, or dispose of it. */
export interface ApiStream extends AsyncIterable<Uint8Array>, Disposable {
  status: number;
  /** Without parameters: `application/json`. */
  contentType: string;
}
