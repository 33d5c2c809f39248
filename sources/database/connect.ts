import pg from 'pg';
import { SourceRefused } from '../errors.ts';
import { listenForFacts, refuseOldServer } from './server-version.ts';
import { addressError, connectError } from './trouble.ts';
import { evidenceTypes } from './type-parsers.ts';

/** How long the bot's database may be kept busy, milliseconds. */
export interface Timeouts {
  readonly statementMs: number;
  readonly lockMs: number;
  readonly connectMs: number;
}

export const TIMEOUTS: Timeouts = { statementMs: 30_000, lockMs: 500, connectMs: 10_000 };
/** The server's own timeout should speak first; the client's is for a server that no longer speaks. */
const CLIENT_GRACE_MS = 2_000;

export const APPLICATION_NAME = 'production-audit';

const encodings = new WeakMap<pg.Client, string>();

/** The encoding of the database, by the name of the server. */
export function encodingOf(client: pg.Client): string {
  return encodings.get(client) ?? 'UTF8';
}

/** A connection for reading evidence. Throws SourceRefused (wrong password, no such database) or SourceLost (not reachable). */
export async function connectForReading(url: string, bot: string, timeouts: Timeouts): Promise<pg.Client> {
  let client: pg.Client;
  try {
    client = new pg.Client({
      connectionString: url,
      application_name: APPLICATION_NAME,
      connectionTimeoutMillis: timeouts.connectMs,
      query_timeout: timeouts.statementMs + CLIENT_GRACE_MS,
      keepAlive: true,
      types: evidenceTypes,
    });
  } catch (error) {
    throw addressError(error, bot);
  }
  // Without a listener an idle connection that is cut would end the process; the next query reports the loss.
  client.on('error', () => undefined);
  const facts = listenForFacts(client);
  try {
    await client.connect();
  } catch (error) {
    client.connection.stream.destroy();
    throw connectError(error, url, bot);
  }
  try {
    refuseOldServer(facts.version(), bot);
    // Any bytes are text there, and a server that must prove one invalid cell to be UTF-8 gives none of its table.
    if (facts.encoding() === 'SQL_ASCII') await client.query(`set client_encoding = 'SQL_ASCII'`);
    encodings.set(client, facts.encoding() ?? 'UTF8');
  } catch (error) {
    await disconnect(client);
    throw error instanceof SourceRefused ? error : connectError(error, url, bot);
  }
  return client;
}

/** Ends a connection without waiting long for a server that does not answer. */
export async function disconnect(client: pg.Client): Promise<void> {
  const timer = setTimeout(() => client.connection.stream.destroy(), 1_000);
  try {
    await client.end();
  } catch {
    client.connection.stream.destroy();
  } finally {
    clearTimeout(timer);
  }
}

/** Settings of the audit's transaction: bounded, harmless to the bot, and the same answer every time. */
export function transactionSettings(timeouts: Timeouts): string {
  const settings: Readonly<Record<string, string>> = {
    statement_timeout: String(timeouts.statementMs),
    lock_timeout: String(timeouts.lockMs),
    idle_in_transaction_session_timeout: String(timeouts.statementMs * 4),
    // How values become text, and text values, whatever the role or the database has set.
    timezone: 'UTC',
    timezone_abbreviations: 'Default',
    datestyle: 'ISO',
    intervalstyle: 'postgres',
    bytea_output: 'hex',
    extra_float_digits: '1',
    lc_monetary: 'C',
    lc_numeric: 'C',
    lc_time: 'C',
    // All rows of an index, and an error that ends its statement only.
    gin_fuzzy_search_limit: '0',
    exit_on_error: 'off',
    // Names in what the report says are quoted where they must be.
    quote_all_identifiers: 'off',
    jit: 'off',
    // As statements are split and names quoted here: a bot's server may still take a backslash for an escape.
    standard_conforming_strings: 'on',
    // All rows of a cursor are read, so it is planned as a plain statement is.
    cursor_tuple_fraction: '1',
    // One backend of the bot's server, and rows without an ORDER BY in table order.
    max_parallel_workers_per_gather: '0',
    synchronize_seqscans: 'off',
    // A policy that hides rows must be an error: what was not read whole may hold the liquidation.
    row_security: 'off',
  };
  const list = Object.entries(settings).map(([name, value]) => `set local ${name} = '${value}'`);
  return ['begin transaction isolation level repeatable read read only', ...list].join('; ');
}
