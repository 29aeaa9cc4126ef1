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
  signal: AbortSignal;
}

/**
 * The API server. What is answered with 429, 500, 502, 503 or 504, and what is not answered, is asked again, after the server's `Retry-After`
 * where it sends one; what stays so throws `ExecutorUnavailable`. So does 401. Every other refusal throws `ApiRefusal`.
 */
export interface Api {
  /** The JSON of the answer. */
  ask<T>(call: ApiCall): Promise<T>;
  /** The answer's bytes as they come, for watches and logs. Rejects before the first byte as `ask` does. A stream that breaks throws `ExecutorUnavailable`. */
  open(call: ApiCall): Promise<ApiStream>;
  close(): void;
}

export interface ApiStream extends AsyncIterable<Uint8Array> {
  status: number;
  /** Without parameters: `application/json`. */
  contentType: string;
}
