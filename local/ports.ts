import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { tryLock } from './lock.ts';
import { cacheDirectory, makeDirectory } from './paths.ts';
import type { Environment } from './paths.ts';

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

/**
 * Where a free port is looked for: below the ports that systems give to outgoing connections (Linux from 32768, macOS
 * and Windows from 49152), so that no connection takes one between its choice and the start of its server.
 */
const FREE_FROM = 20_000;
const FREE_BELOW = 32_000;

export interface ReservedPorts<Name extends string> {
  readonly ports: Readonly<Record<Name, number>>;
  /** Once the servers listen; a reservation of a process that ended is void anyway. */
  release(): void;
}

/**
 * The ports a stack asks for: the usual ones, which people know, or any with `AUDIT_PORTS=free`, as our tests do, so
 * that they never take those of a demo.
 */
export function wantedPorts(environment: Environment): Ports {
  if (environment['AUDIT_PORTS'] !== 'free') return DEFAULT_PORTS;
  return Object.fromEntries(Object.keys(DEFAULT_PORTS).map((name) => [name, 0])) as Record<PortName, number>;
}

/**
 * Each wanted port when it is free, else (or for 0) a free one, all different. They are reserved for this process until
 * `release`, so that two clones of one user that start at the same moment do not choose the same ones.
 */
export async function reservePorts<Name extends string>(
  wanted: Readonly<Record<Name, number>>,
  environment: Environment,
): Promise<ReservedPorts<Name>> {
  const cache = cacheDirectory(environment);
  makeDirectory(cache, 'AUDIT_CACHE_DIRECTORY');
  const reservations = join(cache, 'ports');
  mkdirSync(reservations, { recursive: true, mode: 0o700 });
  const chosen: Partial<Record<Name, number>> = {};
  const locks: { release(): void }[] = [];
  const release = () => {
    for (const lock of locks) lock.release();
  };
  const take = async (port: number): Promise<boolean> => {
    const lock = tryLock(join(reservations, String(port)));
    if (!('release' in lock)) return false;
    if (await isFree(port)) {
      locks.push(lock);
      return true;
    }
    lock.release();
    return false;
  };
  for (const [name, port] of Object.entries(wanted) as [Name, number][]) {
    let candidate = port === 0 ? randomInt(FREE_FROM, FREE_BELOW) : port;
    for (let attempt = 0; !(await take(candidate)); attempt += 1) {
      if (attempt === 100) {
        release();
        throw new Error(
          `No free TCP port on 127.0.0.1: 100 between ${String(FREE_FROM)} and ${String(FREE_BELOW)} are taken.`,
        );
      }
      candidate = randomInt(FREE_FROM, FREE_BELOW);
    }
    chosen[name] = candidate;
  }
  return { ports: chosen as Record<Name, number>, release };
}

/** One free port on loopback, reserved while this process lives. */
export async function freePort(environment: Environment): Promise<number> {
  const { ports } = await reservePorts({ port: 0 }, environment);
  return ports.port;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
