import type { Runyard } from '@runyard/core';
import { type ApiOptions, createHttpApp, type HttpApp, type NodeRequest, nodeHandler } from '@runyard/core/http';
import type { RunyardModuleOptions } from '../options.ts';
import { type HostRequest, type HostResponse, nodePair } from './node-pair.ts';

export interface MatchedCall {
  request: HostRequest;
  response: HostResponse;
  /** How many parts the matched path has, but for its wildcard. */
  depth: number;
}

/** The handler behind the controller's routes; it is opened once the host's global prefix is known. */
export interface RunyardRoutes {
  open(basePath: string): HttpApp;
  /** Ends the open log streams, which would keep the host's server from closing. */
  close(): void;
  handle(call: MatchedCall): Promise<void>;
}

export const runyardRoutes = (runyard: Runyard, settings: RunyardModuleOptions): RunyardRoutes => {
  let app: HttpApp | undefined;
  let handle: RunyardRoutes['handle'] | undefined;
  return {
    open: (basePath) => {
      const opened = createHttpApp(runyard, { basePath, ...apiOptions(settings) });
      const answer = nodeHandler(opened);
      const baseDepth = partsOf(basePath).length;
      app = opened;
      handle = async ({ request, response, depth }) => {
        const { incoming, outgoing } = nodePair(request, response);
        const mount = mountOf(incoming, baseDepth + depth + restOf(request).length);
        await answer(incoming, outgoing, { req: request, mount });
      };
      return opened;
    },
    close: () => app?.close(),
    handle: async (call) => handle?.(call),
  };
};

// Of the module's settings, those of the API.
const apiOptions = (settings: RunyardModuleOptions): ApiOptions => {
  const { authenticate, saturn, keepAliveMs, recheckMs, bodyTimeoutMs, bodyStallMs, readerStallMs } = settings;
  return withoutUndefined({
    authenticate,
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

// Prefixes of the host (global, of a version, of a module) are part of the path that it gives us: what is left of it without our own parts.
const mountOf = ({ url = '/', baseUrl = '' }: NodeRequest, ours: number): string => {
  const path = `${baseUrl}${url}`.split('?', 1)[0] ?? '';
  return path.replace(/\/+$/, '').split('/').slice(0, -ours).join('/');
};

// What the wildcard has matched: Express gives a list, Fastify a text.
const restOf = ({ params = {} }: HostRequest): string[] => {
  const { rest, '*': star } = params as { rest?: string | string[]; '*'?: string };
  return [rest ?? star ?? []].flat().flatMap(partsOf);
};

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '');
