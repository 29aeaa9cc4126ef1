import type { Authenticate } from '../access/directory/authenticator.ts';

/** What a host may say of the API, whichever way it is mounted. */
export interface ApiOptions {
  /** Who is asking; default: what `createRunyard` was given (`authenticate`, or its tokens). */
  authenticate?: Authenticate;
  /** Whether clients of the published API find what only they ask for (recipes, run time summaries, pods, …). Default true. */
  saturn?: boolean;
  /** Event streams say that they are alive after this long without a line; default 15 s. */
  keepAliveMs?: number;
  /** Whoever follows a log is asked this often whether he still may: a revoked token reads on for as long at most. Default 60 s. */
  recheckMs?: number;
  /** A request whose body has not come whole after this long is refused with 408. Default 30 s. */
  bodyTimeoutMs?: number;
  /** So is one of whose body nothing more came for this long. Default 10 s. */
  bodyStallMs?: number;
  /** Whoever reads an answer and takes nothing of it for this long is cut off. Default 5 min. */
  readerStallMs?: number;
}

export interface HttpAppOptions extends ApiOptions {
  /** In front of `/jobs`, `/runs`, …; default `/api`, `''` for none. */
  basePath?: string;
}

/** What the host's framework knows of a request beyond itself. */
export interface Native {
  /** The framework's own request, for `authenticate`: `native.req.user`. */
  req?: unknown;
  /** The path below which the app is mounted (`/ops`); not part of `basePath`. */
  mount?: string;
  /** The path as it was sent, mount included. Default: that of the request's address, in which `..` has been resolved. */
  path?: string;
}

/** Runyard's HTTP API for any host that speaks `Request` and `Response`. */
export interface HttpApp {
  /** Never rejects: every error is an answer. */
  fetch(request: Request, native?: Native): Promise<Response>;
  /**
   * Whether a path (below the mount) is one of ours; what is not, a host passes on. Without the option `directory`, `/users`, `/groups` and `/tokens` are
   * the host's, but for `/users/me`.
   */
  owns(path: string): boolean;
  /** What `nodeHandler` goes by: a client that takes nothing of its answer for this long is cut off, ms. */
  readonly readerStallMs: number;
  /** The OpenAPI 3.1 document. */
  openapi(): object;
  /** Ends the open log streams, which would keep a server from closing; further ones are refused. */
  close(): void;
}
