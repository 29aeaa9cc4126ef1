import type { z } from 'zod';
import type { Principal } from '../access/principal.ts';
import type { ErrorCode } from '../domain/errors.ts';
import type { Services } from '../services/api.ts';
import type { Owners } from '../services/owners/api.ts';
import type { Runyard } from '../services/runyard.ts';
import type { AnyAnswer, PlainAnswer } from './plain-answer.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A request to a public route. */
export interface PublicCall<Query = unknown, Body = unknown> {
  request: Request;
  runyard: Runyard;
  params: Readonly<Record<string, string>>;
  query: Query;
  body: Body;
  /** The address of one of our paths, below mount and base path. */
  url(path: string): string;
  openapi(): object;
  streams: Streams;
}

/** A request of somebody: `services` are checked, and show only what is theirs. */
export interface Call<Query = unknown, Body = unknown> extends PublicCall<Query, Body> {
  principal: Principal;
  services: Services;
  /** Between owners and their names, as far as they are for him to see. */
  owners: Owners;
  /** Asks once more who is asking: what a long answer may still tell. Rejects as at the beginning. */
  again(): Promise<Services>;
}

/** What long answers need to know of the app. */
export interface Streams {
  /** Aborted when the app is closed. */
  signal: AbortSignal;
  keepAliveMs: number;
  recheckMs: number;
}

export interface Answer {
  description: string;
  schema?: z.ZodType;
  /** Other than `application/json`. */
  contentTypes?: readonly string[];
  /** Of a line of `application/x-ndjson`, where it is not `schema`. */
  lineSchema?: z.ZodType;
  example?: unknown;
}

interface RouteDescription<Query extends z.ZodType, Body extends z.ZodType> {
  method: Method;
  /** `/jobs/{job_id}/start`. A parameter that ends in `_id` is 32 hex digits, or there is no such thing. */
  path: string;
  id: string;
  summary: string;
  description?: string;
  query?: Query;
  headers?: Readonly<Record<string, string>>;
  /** `code` is the code of a body that is not as the schema wants it. */
  body?: {
    schema: Body;
    /** What the OpenAPI document says of it, where the handler judges more than `schema` does. */
    documented?: z.ZodType;
    code: ErrorCode;
    required?: boolean;
    example?: unknown;
    /** Has something in it that is not to be told: errors quote nothing of it. */
    isSecret?: true;
  };
  answers: Readonly<Record<number, Answer>>;
  errors?: readonly ErrorCode[];
  /** Only this path is ours; what else begins with its name is the host's, unless another route of that name is not exact. */
  isExact?: true;
  /** What the OpenAPI document is to call schemas of its own, beside those of `openapi/components.ts`. */
  schemas?: Readonly<Record<string, z.ZodType>>;
}

type Handler<C> = (call: C) => Promise<AnyAnswer> | AnyAnswer;

/** A route as data: what it takes and answers, for the server and for the OpenAPI document alike. */
export type Route = RouteDescription<z.ZodType, z.ZodType> &
  ({ access: 'public'; handle: Handler<PublicCall> } | { access: 'principal'; handle: Handler<Call> });

/** For whoever is authenticated; the services judge the rest. */
export const route = <Query extends z.ZodType, Body extends z.ZodType>(
  given: RouteDescription<Query, Body> & { handle: Handler<Call<z.output<Query>, z.output<Body>>> },
): Route => ({ ...given, access: 'principal', handle: given.handle as Handler<Call> });

/** The authorization table's exceptions: open to anybody. */
export const publicRoute = <Query extends z.ZodType, Body extends z.ZodType>(
  given: RouteDescription<Query, Body> & { handle: Handler<PublicCall<z.output<Query>, z.output<Body>>> },
): Route => ({ ...given, access: 'public', handle: given.handle as Handler<PublicCall> });

export const json = (body: unknown, status = 200, headers?: Record<string, string>): PlainAnswer =>
  jsonText(JSON.stringify(body), status, headers);

/** What is JSON already. */
export const jsonText = (text: string, status = 200, headers?: Record<string, string>): PlainAnswer => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  text,
});

export const noContent = (): PlainAnswer => ({ status: 204, headers: { 'cache-control': 'no-store' }, text: null });
