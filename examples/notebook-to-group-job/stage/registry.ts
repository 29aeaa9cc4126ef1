import { createServer } from 'node:http';
import { listening } from './listening.ts';

export interface Registry extends AsyncDisposable {
  url: string;
  /** By token, who may publish. */
  tokens: Map<string, string>;
  /** Who published, in order. */
  published: string[];
}

/** Some other service, which jobs need a secret for: it takes models from whoever has a token. */
export const startRegistry = async (): Promise<Registry> => {
  const tokens = new Map<string, string>();
  const published: string[] = [];
  const server = createServer((request, response) => {
    const who = tokens.get(request.headers.authorization?.replace('Bearer ', '') ?? '');
    if (who === undefined) return response.writeHead(401).end();
    published.push(who);
    return response.writeHead(201).end(who);
  });
  return { ...(await listening(server)), tokens, published };
};
