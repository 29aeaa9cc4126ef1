import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../src/database/open-database.ts';

// A server that is told to stop lets a client in and ends it at once; both may be read in one go.
const message = (type: string, body: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
};
const welcome = Buffer.concat([message('R', Buffer.alloc(4)), message('Z', Buffer.from('I'))]);
const farewell = message('E', Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0'));

describe('a connection that the server ends in the moment in which it is made', () => {
  let server: Server;
  let connectionString: string;

  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(Buffer.concat([welcome, farewell])));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    connectionString = `postgres://u@127.0.0.1:${(server.address() as AddressInfo).port}/d?sslmode=disable`;
  });
  afterAll(async () => {
    server.close();
    await once(server, 'close');
  });

  it('ends no host: the call is rejected, and the listener tries again', async () => {
    const database = openDatabase({ connectionString, patienceMs: 0 });
    const tried = once(server, 'connection');
    const deafen = database.listen('news', () => undefined);
    await tried;
    await once(server, 'connection'); // the listener's next one
    await expect(database.rows('SELECT 1')).rejects.toMatchObject({ code: 'store-unavailable' });
    deafen();
    await database.close();
  });
});
