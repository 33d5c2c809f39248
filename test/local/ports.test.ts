import { test, expect } from '@jest/globals';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { choosePorts, freePort, reservePorts } from '../../local/ports.ts';
import { scratchDirectory } from '../support/scratch.ts';

test('a wanted port is kept when it is free and replaced when it is taken', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const free = await freePort();
  const chosen = await choosePorts({ a: port, b: free });
  expect(chosen.b).toBe(free);
  expect(chosen.a).not.toBe(port);
  taken.close();
});

test('two names never get the same port', async () => {
  const free = await freePort();
  const { a, b, c } = await choosePorts({ a: free, b: free, c: 0 });
  expect(new Set([a, b, c]).size).toBe(3);
});

test('a reserved port is passed over until it is released, although nobody listens on it', async () => {
  const folder = scratchDirectory('ports');
  const port = await freePort();
  const first = await reservePorts({ web: port }, folder);
  const second = await reservePorts({ web: port }, folder);
  expect(first.ports.web).toBe(port);
  expect(second.ports.web).not.toBe(port);
  first.release();
  second.release();
  expect((await reservePorts({ web: port }, folder)).ports.web).toBe(port);
});
