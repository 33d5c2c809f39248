import { expect, test } from '@jest/globals';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { smtpGreets } from '../../local/mail-catcher.ts';

test.each<[string, string | null, boolean]>([
  ['greets', '220 ready\r\n', true],
  ['refuses', '554 no\r\n', false],
  ['hangs up without a word', null, false],
])('a server that %s', async (_what, greeting, greets) => {
  const server = createServer((socket) => {
    if (greeting === null) socket.end();
    else socket.write(greeting);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  expect(await smtpGreets((server.address() as AddressInfo).port)).toBe(greets);
  server.close();
});
