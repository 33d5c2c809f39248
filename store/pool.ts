import pg from 'pg';
import { floatOf, integerOf, isoOfTimestamptz } from '../audit/postgres-value.ts';
import { StoreUnavailable } from './trouble.ts';

/** Times come back as ISO 8601 UTC, as everything of ours writes them; the rest as the driver does. */
const types = new pg.TypeOverrides();
types.setTypeParser(1184, isoOfTimestamptz);
types.setTypeParser(20, integerOf);
types.setTypeParser(701, floatOf);

export interface PoolOptions {
  readonly max?: number;
  /** How long a connection may take. */
  readonly connectMs?: number;
  /** How long the server may take for a statement; a little later the client gives up on a server that hangs. */
  readonly queryMs?: number;
  /** Told of idle connections that the server cut; the pool replaces them. */
  readonly onError?: (error: Error) => void;
}

/** A pool on our own store. Whatever it or one of its connections throws is a `StoreUnavailable`. */
export function createPool(url: string, options: PoolOptions = {}): pg.Pool {
  const { connectMs = 10_000, queryMs = 60_000 } = options;
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 6,
    application_name: 'production-audit store',
    connectionTimeoutMillis: connectMs,
    statement_timeout: queryMs,
    query_timeout: queryMs + 5_000,
    idleTimeoutMillis: 30_000,
    options: '-c timezone=UTC -c datestyle=ISO',
    types,
  });
  // Without a listener a cut idle connection ends the process (reliability.md, fault 17).
  pool.on('error', options.onError ?? ((): void => undefined));
  // One that is checked out tells a cut between two queries by its own event, which nobody else hears: it would end the
  // worker. The next query fails anyway.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    Object.assign(client, { query: owned(client.query.bind(client) as Ask, url) });
  });
  return Object.assign(pool, {
    query: owned(pool.query.bind(pool) as Ask, url),
    connect: owned(pool.connect.bind(pool) as Ask, url),
  });
}

type Ask = (...question: readonly unknown[]) => unknown;

/** The same function, whose promise fails as our store's. What the driver asks by callback is told to the driver alone. */
function owned<Asked extends Ask>(ask: Asked, url: string): Asked {
  const named = (error: unknown): never => {
    throw error instanceof StoreUnavailable ? error : new StoreUnavailable(error, url);
  };
  // A file that the address names is read at once, before there is a promise that could fail.
  const asked = (question: readonly unknown[]): unknown => {
    try {
      return ask(...question);
    } catch (error) {
      return typeof question.at(-1) === 'function'
        ? named(error)
        : Promise.reject(new StoreUnavailable(error, url));
    }
  };
  return ((...question) => {
    const answer = asked(question);
    return answer instanceof Promise ? answer.catch(named) : answer;
  }) as Asked;
}
