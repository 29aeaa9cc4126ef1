import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listening } from './listening.ts';

export interface GitHost extends AsyncDisposable {
  url: string;
  /** Lets somebody in by a token, to read or also to push. */
  admit(username: string, access: { token: string; push: boolean }): void;
  /** His token is good no more. */
  dismiss(username: string): void;
}

/** A private git host: `git http-backend`, which comes with git, behind basic authentication. */
export const startGitHost = async (repositories: string): Promise<GitHost> => {
  const accesses = new Map<string, { token: string; push: boolean }>();
  const server = createServer((request, response) => {
    const [username = '', token] = basic(request.headers.authorization);
    const access = accesses.get(username);
    if (access && access.token === token)
      serve(repositories, { request, response, pusher: access.push ? username : '' });
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  });
  return {
    ...(await listening(server)),
    admit: (username, access) => void accesses.set(username, access),
    dismiss: (username) => void accesses.delete(username),
  };
};

const basic = (header = ''): string[] =>
  Buffer.from(header.replace(/^Basic /, ''), 'base64')
    .toString()
    .split(':');

interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  /** Only somebody with a name may push. */
  pusher: string;
}

// As a web server calls a CGI program.
const serve = (repositories: string, { request, response, pusher }: Call): void => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const backend = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: repositories,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: pusher,
    },
  });
  request.pipe(backend.stdin);
  backend.stdin.on('error', () => {}); // it may end before it has read all
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  backend.once('close', () => answer(response, Buffer.concat(chunks)));
};

const answer = (response: ServerResponse, output: Buffer): void => {
  const end = output.indexOf('\r\n\r\n');
  const fields = output
    .subarray(0, end)
    .toString()
    .split('\r\n')
    .map((line) => line.split(': ', 2) as [string, string]);
  const { Status: status = '200', ...headers } = Object.fromEntries(fields);
  response.writeHead(Number.parseInt(status, 10), headers).end(output.subarray(end + 4));
};
