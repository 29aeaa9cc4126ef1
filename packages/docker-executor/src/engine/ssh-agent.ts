import { spawn } from 'node:child_process';
import { Agent } from 'node:http';
import { Duplex } from 'node:stream';

/** Connections through `ssh <destination> docker system dial-stdio`, each a process that ends with its connection. */
export const sshAgent = (destination: readonly string[]): Agent => {
  const agent = new Agent({ keepAlive: true });
  agent.createConnection = () => dialStdio(destination);
  return agent;
};

const dialStdio = (destination: readonly string[]): Duplex => {
  const args = [
    '-T',
    '-o',
    'BatchMode=yes',
    '-o',
    'ConnectTimeout=30',
    // A machine that is gone without a word is noticed within a minute.
    '-o',
    'ServerAliveInterval=15',
    ...destination,
    'docker',
    'system',
    'dial-stdio',
  ];
  const child = spawn('ssh', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const { stdin, stdout, stderr } = child;
  let said = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-1000);
  });
  const socket = Object.assign(Duplex.from({ readable: stdout, writable: stdin }), {
    // What `http` asks of a socket.
    setKeepAlive: () => socket,
    setNoDelay: () => socket,
    setTimeout: () => socket,
    ref: () => socket,
    unref: () => socket,
  });
  child.once('error', (error) => socket.destroy(error));
  child.once('exit', (code) => {
    if (code !== 0) socket.destroy(new Error(`ssh ended with ${code}: ${said.trim() || 'it said nothing'}`));
  });
  socket.once('close', () => child.kill());
  return socket;
};
