/** Of pg's `Pool`, what is used of it: one of the host's own fits as it is. */
export interface PgPool {
  readonly options?: { readonly max?: number | undefined };
  connect(): Promise<PgClient>;
  on(event: 'error', heard: (error: Error) => void): unknown;
  on(event: 'connect' | 'remove', heard: (client: PgErrors) => void): unknown;
  removeListener(event: 'error', heard: (error: Error) => void): unknown;
  removeListener(event: 'connect' | 'remove', heard: (client: PgErrors) => void): unknown;
}

/** What breaks on a connection. */
export interface PgErrors {
  on(event: 'error', heard: (error: Error) => void): unknown;
  removeListener(event: 'error', heard: (error: Error) => void): unknown;
}

/** Of pg's `PoolClient`. */
export interface PgClient {
  /** Of a pool with `pipeline: true`: what is asked while another answer is awaited is sent at once. */
  readonly pipeline?: boolean;
  /** Of the server's process, as the connection was told. */
  readonly processID?: number | null;
  query(query: PgQuery): Promise<PgResult>;
  /** With `true` the connection is closed instead of being kept. */
  release(broken?: boolean): void;
  on(event: 'error', heard: (error: Error) => void): unknown;
  on(event: 'end', heard: () => void): unknown;
  on(event: 'notification', heard: (message: PgNotification) => void): unknown;
  removeListener(event: 'error', heard: (error: Error) => void): unknown;
  removeListener(event: 'end', heard: () => void): unknown;
  removeListener(event: 'notification', heard: (message: PgNotification) => void): unknown;
}

export interface PgQuery {
  text: string;
  values?: unknown[];
  name?: string;
  rowMode: 'array';
  types: PgTypes;
  /** After so many ms pg gives up and the connection is not to be used again. */
  query_timeout?: number;
}

export interface PgTypes {
  // biome-ignore lint/suspicious/noExplicitAny: as pg's own types have it
  getTypeParser(oid: number, format?: string): any;
}

export interface PgResult {
  rows: unknown[][];
  rowCount: number | null;
  command: string;
}

export interface PgNotification {
  channel: string;
  payload?: string | undefined;
}
