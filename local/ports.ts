import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { tryLock } from './lock.ts';

/** The ports of a stack when nobody else has them; all on loopback. */
export const DEFAULT_PORTS = {
  postgres: 54321,
  temporal: 7233,
  temporalUi: 8233,
  temporalMetrics: 9233,
  smtp: 1025,
  mailUi: 8788,
  report: 8787,
  metrics: 9464,
} as const;

export type PortName = keyof typeof DEFAULT_PORTS;
export type Ports = Readonly<Record<PortName, number>>;

export interface ReservedPorts<Name extends string> {
  readonly ports: Readonly<Record<Name, number>>;
  /** Once the servers listen; a reservation of a process that ended is void anyway. */
  release(): void;
}

/**
 * Each wanted port when it is free, else a free one, all different. With a folder they are reserved there until
 * `release`, so that two clones of one user that start at the same moment do not choose the same ones.
 */
export async function reservePorts<Name extends string>(
  wanted: Readonly<Record<Name, number>>,
  reservations: string | null,
): Promise<ReservedPorts<Name>> {
  if (reservations !== null) mkdirSync(reservations, { recursive: true, mode: 0o700 });
  const held: Server[] = [];
  const chosen: Partial<Record<Name, number>> = {};
  const locks: { release(): void }[] = [];
  const release = () => {
    for (const lock of locks) lock.release();
  };
  const take = async (port: number): Promise<number | null> => {
    const server = await listen(port);
    if (!server) return null;
    // Held open until every port is chosen, so that no two names get the same one.
    held.push(server);
    const address = server.address();
    const taken = typeof address === 'object' && address !== null ? address.port : port;
    if (reservations === null) return taken;
    const lock = tryLock(join(reservations, String(taken)));
    if (!('release' in lock)) return null;
    locks.push(lock);
    return taken;
  };
  try {
    for (const [name, port] of Object.entries(wanted) as [Name, number][]) {
      let taken = await take(port);
      for (let attempt = 0; taken === null && attempt < 20; attempt += 1) taken = await take(0);
      if (taken === null) throw new Error('This machine has no free TCP port on 127.0.0.1.');
      chosen[name] = taken;
    }
  } catch (error) {
    release();
    throw error;
  } finally {
    await Promise.all(held.map((server) => new Promise((done) => server.close(done))));
  }
  return { ports: chosen as Record<Name, number>, release };
}

/** Wanted or free ports without a reservation. */
export async function choosePorts<Name extends string>(
  wanted: Readonly<Record<Name, number>>,
): Promise<Readonly<Record<Name, number>>> {
  return (await reservePorts(wanted, null)).ports;
}

/** One free port on loopback. */
export async function freePort(): Promise<number> {
  const { port } = await choosePorts({ port: 0 });
  return port;
}

function listen(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(null);
    });
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      resolve(server);
    });
  });
}
