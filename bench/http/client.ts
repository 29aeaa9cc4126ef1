// One measurement in a process of its own: `client.ts <port> <token> <method> <path> <connections> <ms>`. Tells its parent the result.
import { load } from './load.ts';

const [port, token, method, path, connections, ms] = process.argv.slice(2);
const head = [
  `${method} ${path} HTTP/1.1`,
  'Host: 127.0.0.1',
  `Authorization: token ${token}`,
  'Accept: application/json',
];
if (method === 'POST') head.push('Content-Type: application/json', 'Content-Length: 2');
const request = `${head.join('\r\n')}\r\n\r\n${method === 'POST' ? '{}' : ''}`;
const result = await load({ port: Number(port), request, connections: Number(connections), forMs: Number(ms) });
if (process.send) process.send(result, () => process.exit());
else console.log(result);
