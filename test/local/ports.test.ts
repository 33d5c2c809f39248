import { test, expect } from '@jest/globals';
import { createServer } from 'node:net';
import { DEFAULT_PORTS, freePort, reservePorts, wantedPorts } from '../../local/ports.ts';
import { scratchDirectory } from '../support/scratch.ts';

const environment = { AUDIT_CACHE_DIRECTORY: scratchDirectory('ports') };

test('a wanted port is kept when it is free and replaced when it is taken', async () => {
  const [port, free] = [await freePort(process.env), await freePort(process.env)];
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve));
  const { ports } = await reservePorts({ a: port, b: free }, environment);
  expect(ports.b).toBe(free);
  expect(ports.a).not.toBe(port);
  taken.close();
});

test('two names never get the same port', async () => {
  const free = await freePort(process.env);
  const { ports } = await reservePorts({ a: free, b: free, c: 0 }, environment);
  expect(new Set(Object.values(ports)).size).toBe(3);
});

test('a reserved port is passed over until it is released, although nobody listens on it', async () => {
  const port = await freePort(process.env);
  const first = await reservePorts({ web: port }, environment);
  const second = await reservePorts({ web: port }, environment);
  expect(first.ports.web).toBe(port);
  expect(second.ports.web).not.toBe(port);
  first.release();
  second.release();
  expect((await reservePorts({ web: port }, environment)).ports.web).toBe(port);
});

test('a free port is none that the system gives to outgoing connections, and none of a demo', async () => {
  const { ports } = await reservePorts(wantedPorts({ AUDIT_PORTS: 'free' }), environment);
  expect(Object.keys(ports)).toEqual(Object.keys(DEFAULT_PORTS));
  for (const port of Object.values(ports)) {
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(32_000);
  }
  expect(wantedPorts({})).toEqual(DEFAULT_PORTS);
});
