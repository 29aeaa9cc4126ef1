// Follows one log many times: `client.ts <port> <token> <path> <followers>`. Tells its parent when all follow, and at the end what each has got.
import { connect } from 'node:net';

const [port, token, path, followers] = process.argv.slice(2);
const request = [
  `GET ${path} HTTP/1.1`,
  'Host: 127.0.0.1',
  `Authorization: token ${token}`,
  'Accept: text/event-stream',
  '',
  '',
].join('\r\n');
let connected = 0;

const follow = (): Promise<{ lines: number; ended: boolean }> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: Number(port) });
    let lines = 0;
    let ended = false;
    let rest = '';
    let isFollowing = false;
    socket.on('connect', () => socket.write(request));
    socket.on('data', (bytes) => {
      if (!isFollowing) {
        isFollowing = true;
        if (++connected === Number(followers)) process.send?.('following');
      }
      const parts = (rest + bytes.toString('latin1')).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        if (part.startsWith('data:') && part.includes('"text":"line ')) lines++;
        if (part === 'event: end') ended = true;
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ lines, ended }));
  });

const got = await Promise.all(Array.from({ length: Number(followers) }, follow));
process.send?.(got, () => process.exit());
