import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const program = '/usr/sbin/sshd';

/** Debian's openssh-server is there. */
export const sshdRuns = process.platform === 'linux' && existsSync(program);

export interface SshServer extends AsyncDisposable {
  port: number;
  /** `ssh://user@127.0.0.1:port<path>` of a repository. */
  url(path: string): string;
  /** Lines of `known_hosts` with its key of now. */
  knownHosts(): Promise<string>;
  /** Only these public keys are let in from now on. */
  allow(...publicKeys: string[]): Promise<void>;
  /** It has another host key from now on. */
  changeHostKey(): Promise<void>;
  /** How often somebody connected. */
  connections(): number;
  /** What its processes logged. */
  log(): string;
  /** Called when somebody connects, before anything is said. */
  onConnection(listener: () => void): void;
}

/** A real OpenSSH server on loopback, for whoever runs the tests: one `sshd` for each connection, on a port that the system chose. */
export const sshServer = async (): Promise<SshServer> => {
  const dir = await mkdtemp(join(tmpdir(), 'runyard-sshd-'));
  const file = (name: string): string => join(dir, name);
  const user = userInfo().username;
  // Root's sshd drops its rights there; systemd makes the folder elsewhere.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const changeHostKey = async (): Promise<void> => {
    await rm(file('host'), { force: true });
    await rm(file('host.pub'), { force: true });
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file('host')]);
  };
  await changeHostKey();
  await writeFile(file('keys'), '');
  const settings = [
    `HostKey ${file('host')}`,
    `AuthorizedKeysFile ${file('keys')}`,
    'AuthenticationMethods publickey',
    'PermitRootLogin prohibit-password',
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
    'LogLevel INFO',
  ];
  await writeFile(file('config'), settings.map((each) => `${each}\n`).join(''));
  const children = new Set<ChildProcess>();
  const listeners: (() => void)[] = [];
  let connections = 0;
  let log = '';
  const server = createServer({ pauseOnConnect: true }, (socket: Socket) => {
    connections++;
    for (const listener of listeners) listener();
    const child = spawn(program, ['-i', '-e', '-f', file('config')], { stdio: [socket, socket, 'pipe'] });
    children.add(child);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    child.once('close', () => children.delete(child));
    // The child has it now.
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    port,
    url: (path) => `ssh://${user}@127.0.0.1:${port}${path}`,
    async knownHosts() {
      const [type, key] = (await readFile(file('host.pub'), 'utf8')).split(' ');
      return `[127.0.0.1]:${port} ${type} ${key}\n`;
    },
    allow: (...publicKeys) => writeFile(file('keys'), publicKeys.map((key) => `${key}\n`).join('')),
    changeHostKey,
    connections: () => connections,
    log: () => log,
    onConnection: (listener) => void listeners.push(listener),
    async [Symbol.asyncDispose]() {
      const ended = [...children].map((child) => new Promise<void>((resolve) => child.once('close', () => resolve())));
      for (const child of children) child.kill('SIGTERM');
      await Promise.all(ended);
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(dir, { recursive: true, force: true });
    },
  };
};
