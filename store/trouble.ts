import { describeDsn } from '../audit/describe-dsn.ts';
import { errorMessage } from '../audit/error-message.ts';

/** What is wrong with a place of our own, the store or the artifact folder. */
export type Trouble =
  'full' | 'readOnly' | 'exhausted' | 'busy' | 'broken' | 'stopping' | 'unreachable' | 'refused' | 'gone';

/** SQLSTATEs, classes of SQLSTATEs (two characters) and error codes of the system and of name servers. */
const TROUBLES: Readonly<Record<string, Trouble>> = {
  ...listed('full', '53100 ENOSPC EDQUOT EFBIG'),
  ...listed('readOnly', '25006 EROFS'),
  ...listed('exhausted', '53 EMFILE ENFILE ENOMEM ENOBUFS'),
  ...listed('busy', '40 55006 55P03 57014 EBUSY EAGAIN'),
  ...listed('broken', '58 XX EIO ENXIO ENODEV'),
  ...listed('stopping', '57'),
  ...listed('unreachable', '08 ECONNREFUSED ECONNRESET ECONNABORTED EPIPE ETIMEDOUT ESTALE ENOTCONN'),
  ...listed('unreachable', 'EAI_AGAIN ENOTFOUND EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN EADDRNOTAVAIL'),
  ...listed('refused', '28 3D 42501 EACCES EPERM'),
  ...listed('gone', '3F 42P01 ENOENT ENOTDIR'),
};

/** What the driver says without a code. */
const LOST =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout|Client was closed|Cannot use a pool)/;

/** What an error of the driver or of the system means for a place of ours; null when it is the question's own fault. */
export function troubleOf(error: unknown): Trouble | null {
  const code = codeOf(error) ?? '';
  const known = TROUBLES[code] ?? (/^[0-9A-Z]{5}$/.test(code) ? TROUBLES[code.slice(0, 2)] : undefined);
  return known ?? (LOST.test(errorMessage(error)) ? 'unreachable' : null);
}

const ADVICE: Readonly<Record<Trouble, string>> = {
  full: 'Make room on the disk of its PostgreSQL.',
  readOnly:
    'It takes no writes: name its primary in AUDIT_DATABASE_URL or storage.databaseUrl, or end default_transaction_read_only.',
  exhausted: 'Give its PostgreSQL more memory or connections (max_connections), or end other clients.',
  busy: 'Look for who holds its locks in pg_stat_activity.',
  broken: 'Its disk or its files are broken: see the log of its PostgreSQL.',
  stopping: 'It stops or starts: see the log of its PostgreSQL.',
  unreachable: 'Start its PostgreSQL, or correct AUDIT_DATABASE_URL or storage.databaseUrl.',
  refused:
    'Correct AUDIT_DATABASE_URL or storage.databaseUrl, or GRANT its role the schema audit with all tables.',
  gone: 'Its tables are not there: restore it, or restart the worker, which makes them in an empty database.',
};

/** Our own store did not do what was asked. Every error of its pool is one: whose it is depends on where it was raised. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  readonly code: string | undefined;
  /** Null: the store is there, and the statement is what it refuses. */
  readonly trouble: Trouble | null;
  /** The driver's own words. */
  readonly said: string;

  constructor(error: unknown, url: string) {
    const trouble = troubleOf(error);
    const code = codeOf(error);
    const said = errorMessage(error) || (code ?? 'no answer');
    const coded = code === undefined || said.includes(code) ? said : `${said} (${code})`;
    const advice = trouble === null ? 'See the log of its PostgreSQL.' : ADVICE[trouble];
    super(`The audit's own store at ${describeDsn(url)} cannot be used: ${coded}. ${advice}`);
    this.code = code;
    this.trouble = trouble;
    this.said = said;
  }
}

/** The code of an error of the driver or of the system. */
export function codeOf(error: unknown): string | undefined {
  const code: unknown =
    error !== null && typeof error === 'object' && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

function listed(trouble: Trouble, codes: string): Readonly<Record<string, Trouble>> {
  return Object.fromEntries(codes.split(' ').map((code) => [code, trouble]));
}
