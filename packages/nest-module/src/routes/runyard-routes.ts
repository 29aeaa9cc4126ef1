import type { Runyard } from '@runyard/core';
import { type ApiOptions, createHttpApp, type HttpApp, type NodeRequest, nodeHandler } from '@runyard/core/http';
import { madeByUs } from '../open-runyard.ts';
import type { RunyardModuleOptions } from '../options.ts';
import type { Document } from './document.ts';
import { type HostRequest, type HostResponse, nodePair } from './node-pair.ts';

export interface MatchedCall {
  request: HostRequest;
  response: HostResponse;
  /** How many parts the matched path has, but for its wildcard. */
  depth: number;
}

/** The handler behind the controller's routes; it is opened once the host's global prefix is known. */
export interface RunyardRoutes {
  readonly runyard: Runyard;
  /** What there will be, below whatever path. */
  describe(): { document: Document; owns(path: string): boolean };
  open(basePath: string): HttpApp;
  /** Ends the open log streams, which would keep the host's server from closing. */
  close(): void;
  handle(call: MatchedCall): Promise<void>;
}

export const runyardRoutes = (runyard: Runyard, settings: RunyardModuleOptions): RunyardRoutes => {
  let app: HttpApp | undefined;
  let handle: RunyardRoutes['handle'] | undefined;
  const appAt = (basePath: string): HttpApp => createHttpApp(runyard, { basePath, ...apiOptions(runyard, settings) });
  return {
    runyard,
    describe: () => {
      const { openapi, owns } = appAt('');
      return { document: openapi() as Document, owns };
    },
    open: (basePath) => {
      const opened = appAt(basePath);
      const answer = nodeHandler(opened);
      const baseDepth = partsOf(basePath).length;
      app = opened;
      handle = async ({ request, response, depth }) => {
        const { incoming, outgoing } = nodePair(request, response);
        const mount = mountOf(incoming, { ours: baseDepth + depth, rest: restOf(request) });
        await answer(incoming, outgoing, { req: request, mount });
      };
      return opened;
    },
    close: () => app?.close(),
    handle: async (call) => handle?.(call),
  };
};

// Of the module's settings, those of the API.
const apiOptions = (runyard: Runyard, settings: RunyardModuleOptions): ApiOptions => {
  const { authenticate, saturn, keepAliveMs, recheckMs, bodyTimeoutMs, bodyStallMs, readerStallMs } = settings;
  return withoutUndefined({
    // One that we have made has it, beside its tokens; for another it is that of these routes only.
    authenticate: madeByUs(runyard) ? undefined : authenticate,
    saturn,
    keepAliveMs,
    recheckMs,
    bodyTimeoutMs,
    bodyStallMs,
    readerStallMs,
  });
};

const withoutUndefined = (given: { [K in keyof ApiOptions]-?: ApiOptions[K] | undefined }): ApiOptions =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

/**
 * Prefixes of the host (global, of a version, of a module) are part of the path that it gives us: what is left of it without our own parts. Counted as sent,
 * since a part may have a slash in it.
 */
const mountOf = (incoming: NodeRequest, { ours, rest }: { ours: number; rest: string | null }): string => {
  const path = pathOf(incoming);
  const parts = (rest === null ? path.replace(/\/+$/, '') : path).split('/');
  return parts.slice(0, -ours - (rest === null ? 0 : partsIn(parts, rest))).join('/');
};

// Proxies may send the whole address.
const pathOf = ({ url = '/', baseUrl = '' }: NodeRequest): string => {
  const path = `${baseUrl}${url.replace(/^https?:\/\/[^/?#]*/i, '')}`.split('?', 1)[0] ?? '';
  return path.startsWith('/') ? path : `/${path}`;
};

// How many of the last parts are what the wildcard has matched.
const partsIn = (parts: readonly string[], rest: string): number => {
  const count = parts.findIndex((_, index) => decoded(parts.slice(-index - 1).join('/')) === rest);
  return count + 1;
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

// What the wildcard has matched, decoded: Express gives a list, Fastify a text.
const restOf = ({ params = {} }: HostRequest): string | null => {
  const { rest, '*': star } = params as { rest?: string | string[]; '*'?: string };
  const matched = rest ?? star;
  return matched === undefined ? null : [matched].flat().join('/');
};

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '');
