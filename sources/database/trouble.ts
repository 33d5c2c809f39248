import pg from 'pg';
import { describeDsn } from '../../audit/describe-dsn.ts';
import { errorMessage } from '../../audit/error-message.ts';
import { sentence } from '../../audit/text.ts';
import { codeOf } from '../../store/system-codes.ts';
import { troubleOf, type Trouble } from '../../store/trouble.ts';
import { OwnFault, SourceLost, SourceRefused } from '../errors.ts';

/** What mends a bot's database that cannot be reached, or that ends a session. */
const ADVICE: Readonly<Partial<Record<Trouble, string>>> = {
  full: 'Make room on the disk of its PostgreSQL.',
  exhausted:
    'Raise max_connections or the connection limit of the role there, or lower "connections" of this bot.',
  busy: 'Look in pg_stat_activity there for who holds its locks or ends its sessions.',
  broken: 'See the log of its PostgreSQL: its disk or its files are broken.',
  stopping:
    'It stops or starts, somebody ended the session, or the role has a timeout that ends sessions: see the log of its PostgreSQL.',
  unreachable: 'Look whether its PostgreSQL runs, and at the network and the name between it and the worker.',
  refused: 'Check the user, the variable that holds its password, and the name of the database.',
  untrusted: 'Renew its certificate, or correct sslmode and sslrootcert in its address.',
  pooled:
    'A pooler stands before it that does not take the settings of a session: take "options" out of its address, or name PostgreSQL itself.',
  misplaced: 'Correct its address.',
};

/** More exact than the kind of trouble: what the server said. */
const BY_CODE: Readonly<Record<string, string>> = {
  '28000':
    'Let this user log in from the address of the worker: a line of pg_hba.conf there, and ALTER ROLE ... LOGIN.',
  '40001':
    'A standby cancels what stands against its replay: set hot_standby_feedback or a longer max_standby_streaming_delay there, or let the audit read the primary.',
  '55000': 'Let the database take connections: ALTER DATABASE ... ALLOW_CONNECTIONS true.',
};

/** What the system says when the worker itself has no handle or memory left for a socket. */
const OUT_OF_HANDLES: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS']);

/** Why a bot's database gives no connection, with what mends it: whether it is lost, refused, or ours. */
export function connectError(error: unknown, url: string, bot: string): Error {
  const where = describeDsn(url);
  if (isOurs(error))
    return new OwnFault(
      `This worker could open no connection to the database of bot ${bot} (${errorMessage(error)}). Allow it more open files (ulimit -n) or memory.`,
    );
  const code = codeOf(error) ?? '';
  const trouble = troubleOf(error);
  const said = told(error);
  if (code === '3D000')
    return new SourceRefused(
      `There is no such database of bot ${bot} at ${where}. Check the name in its address.`,
    );
  if (code === '42501')
    return new SourceRefused(
      `The role of bot ${bot} may not connect at ${where}: ${said} GRANT CONNECT on the database to it.`,
    );
  const advice = adviceOf(error);
  // A firewall of this machine refuses with a code of the system; that may pass.
  if (trouble === 'refused' && !/^E[A-Z]+$/.test(code))
    return new SourceRefused(`The database of bot ${bot} refused the login at ${where}: ${said}${advice}`);
  const lost = `The database of bot ${bot} could not be reached at ${where}: ${said}${advice}`;
  return trouble === 'untrusted' || trouble === 'pooled' ? new SourceRefused(lost) : lostBy(error, lost);
}

/** A session that ended, with what mends that. */
export function lostError(error: unknown, url: string, bot: string): SourceLost {
  const where = describeDsn(url);
  return lostBy(error, `The database of bot ${bot} was lost at ${where}: ${told(error)}${adviceOf(error)}`);
}

/** A statement that its role may not make. */
export function refusedError(error: unknown, url: string, bot: string): SourceRefused {
  return new SourceRefused(
    `The database of bot ${bot} refused a statement at ${describeDsn(url)}: ${told(error)} GRANT its role what it needs, and end default_transaction_read_only for it.`,
  );
}

/** What an address names is read before anything is asked: a certificate or a key that is not there is named. */
export function addressError(error: unknown, bot: string): Error {
  const code = codeOf(error);
  // The parser's own message would repeat the DSN with its password.
  if (code === undefined || code.startsWith('ERR_'))
    return new SourceRefused(
      `The database address of bot ${bot} is not a PostgreSQL URL (postgres://user@host:port/database).`,
    );
  if (isOurs(error)) return new OwnFault(`This worker could not read a file: ${told(error)}`);
  return new SourceRefused(
    `A file that the database address of bot ${bot} names cannot be read: ${told(error)} Correct sslrootcert, sslcert or sslkey in it.`,
  );
}

/**
 * Errors of a statement that another time may not have: a lock, a full disk or memory, a failing disk, a foreign server
 * that does not answer, a cancel by somebody else. What took its whole time would take it again.
 */
export function isPassing(error: unknown): boolean {
  const code = codeOf(error) ?? '';
  return code === '55P03' || code === '57014' || /^(?:08|40|53|57P|58|HV)/.test(code);
}

function lostBy(error: unknown, message: string): SourceLost {
  return new SourceLost(message, error instanceof pg.DatabaseError ? (error.code ?? null) : null);
}

function adviceOf(error: unknown): string {
  const trouble = troubleOf(error);
  const advice = BY_CODE[codeOf(error) ?? ''] ?? (trouble === null ? undefined : ADVICE[trouble]);
  return advice === undefined ? '' : ` ${advice}`;
}

/** Of a name with several addresses: the worker has nothing left only when it had nothing for any. */
function isOurs(error: unknown): boolean {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isOurs);
  return !(error instanceof pg.DatabaseError) && OUT_OF_HANDLES.has(codeOf(error) ?? '');
}

function told(error: unknown): string {
  const said = errorMessage(error);
  const code = codeOf(error);
  return sentence(code === undefined || said.includes(code) ? said : `${said} (${code})`);
}
