import { expect, it } from 'vitest';
import { httpHost } from './support/http-host.ts';
import { rawSocket } from './support/raw-socket.ts';

it('what is sent behind a body that is refused is not done, since nobody would be told of it', async () => {
  await using host = await httpHost();
  const { id } = await host.job();
  const start = `POST /api/jobs/${id}/start HTTP/1.1\r\nHost: x\r\nAuthorization: token ${host.token}\r\nContent-Length: 0\r\n\r\n`;
  const body = 'x'.repeat(70_000);
  await using socket = await rawSocket(host.origin);
  await socket.send(`POST /api/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}${start}`);
  const answer = await socket.answer();
  expect([answer.status, answer.head.toLowerCase()]).toEqual([401, expect.stringContaining('connection: close')]);
  await socket.closed;
  await expect(socket.answer()).rejects.toThrow('was closed');
  expect((await host.runyard.runs.list()).items).toEqual([]);

  await using next = await rawSocket(host.origin);
  await next.send(start + start);
  expect([(await next.answer()).status, (await next.answer()).status]).toEqual([200, 200]);
});
