import pg from 'pg';
import { describeDsn } from '../../audit/describe-dsn.ts';
import { errorMessage } from '../../audit/error-message.ts';
import { OwnFault, SourceLost, SourceRefused } from '../errors.ts';
import { listenForFacts, refuseOldServer } from './server-version.ts';
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
  } catch {
    // The parser's message would repeat the DSN with its password.
    throw new SourceRefused(
      `The database address of bot ${bot} is not a PostgreSQL URL (postgres://user@host:port/database).`,
    );
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
    timezone: 'UTC',
    datestyle: 'ISO',
    extra_float_digits: '1',
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

/** Server errors that end or doom the connection or its snapshot; all others belong to the statement. */
export function isLoss(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return true;
  const code = error.code ?? '';
  return (
    /^(08|57P|25P03)/.test(code) || ['53300', '40001', '40P01'].includes(code) || error.severity === 'FATAL'
  );
}

/**
 * Errors of a statement that another time may not have: a lock, a full disk or memory, a failing disk, a cancel by
 * somebody else. A statement timeout is not: what took its whole time would take it again.
 */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false;
  const code = error.code ?? '';
  if (code === '57014') return !error.message.includes('statement timeout');
  return code === '55P03' || /^(?:40|53|58)/.test(code);
}

/** What the system says when the worker itself has no handle or memory left for a socket. */
const OUT_OF_HANDLES: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS']);

function connectError(error: unknown, url: string, bot: string): Error {
  const where = describeDsn(url);
  if (!(error instanceof pg.DatabaseError) && error instanceof Error && 'code' in error) {
    if (OUT_OF_HANDLES.has(String(error.code)))
      return new OwnFault(
        `This worker could open no connection to the database of bot ${bot} (${errorMessage(error)}). Allow it more open files (ulimit -n) or memory.`,
      );
  }
  const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
  if (/^28/.test(code) || /password must be a string|SASL/.test(errorMessage(error))) {
    return new SourceRefused(
      `The database of bot ${bot} refused the login at ${where}: ${errorMessage(error)}. ` +
        'Check the user and the variable that holds its password.',
    );
  }
  if (code === '3D000') {
    return new SourceRefused(
      `There is no such database for bot ${bot} at ${where}. Check the name in its address.`,
    );
  }
  if (code === '42501') {
    return new SourceRefused(
      `The role of bot ${bot} may not connect at ${where}: ${errorMessage(error)}. GRANT CONNECT on the database to it.`,
    );
  }
  return new SourceLost(
    `The database of bot ${bot} could not be reached at ${where}: ${errorMessage(error)}`,
  );
}
