import type { ServerResponse } from 'node:http';
import type { Runyard } from '@runyard/core';
import { createHttpApp, type HttpApp, type NodeRequest, nodeHandler } from '@runyard/core/http';
import type { RoutingOptions } from './options.ts';

/** A request as Express has matched it. */
export interface MatchedRequest extends NodeRequest {
  params?: { rest?: string | string[] };
}

/** The handler behind the controller's routes; it is opened once the host's global prefix is known. */
export interface RunyardRoutes {
  open(basePath: string): void;
  /** Ends the open log streams, which would keep the host's server from closing. */
  close(): void;
  /** `next` is called for what the controller has matched by its name, and is not ours. */
  handle(request: MatchedRequest, response: ServerResponse, next: () => void): Promise<void>;
}

export const runyardRoutes = (runyard: Runyard, { authenticate }: RoutingOptions): RunyardRoutes => {
  let app: HttpApp | undefined;
  let handle: RunyardRoutes['handle'] | undefined;
  return {
    open: (basePath) => {
      const opened = createHttpApp(runyard, { basePath, ...(authenticate && { authenticate }) });
      const answer = nodeHandler(opened, { mount: (request) => mountOf(request, basePath) });
      app = opened;
      handle = async (request, response, next) => {
        const path = pathOf(request).slice(mountOf(request, basePath).length);
        if (opened.owns(path)) await answer(request, response);
        else next();
      };
    },
    close: () => app?.close(),
    handle: async (request, response, next) => handle?.(request, response, next),
  };
};

// Prefixes of the host (global, of a module) are part of the path that it gives us. What the wildcard matched, the name in
// front of it and our base path are ours; the rest is the host's.
const mountOf = (request: MatchedRequest, basePath: string): string => {
  const rest = [request.params?.rest ?? []]
    .flat()
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '');
  const ours = rest.length + 1 + basePath.split('/').filter((part) => part !== '').length;
  return pathOf(request).split('/').slice(0, -ours).join('/');
};

const pathOf = ({ url = '/', baseUrl = '' }: NodeRequest): string =>
  `${baseUrl}${url}`.split('?', 1)[0]?.replace(/\/+$/, '') ?? '';
