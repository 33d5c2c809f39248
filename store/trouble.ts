import { describeDsn } from '../audit/describe-dsn.ts';
import { errorMessage } from '../audit/error-message.ts';
import { codeOf } from './system-codes.ts';

/** What is wrong with a place: a database or a folder, ours or a bot's. */
export type Trouble =
  | 'full'
  | 'readOnly'
  | 'exhausted'
  | 'busy'
  | 'broken'
  | 'stopping'
  | 'unreachable'
  | 'refused'
  | 'untrusted'
  | 'pooled'
  | 'misplaced'
  | 'gone';

/** SQLSTATEs, classes of SQLSTATEs (two characters) and error codes of the system. */
const TROUBLES: Readonly<Record<string, Trouble>> = {
  ...listed('full', '53100 ENOSPC EDQUOT EFBIG'),
  ...listed('readOnly', '25006 EROFS'),
  ...listed('exhausted', '53 EMFILE ENFILE ENOMEM ENOBUFS EMLINK EAI_MEMORY'),
  ...listed('busy', '40 55 57014 72 EBUSY EAGAIN ETXTBSY EDEADLK ENOLCK EINTR ECANCELED'),
  ...listed('broken', '58 F0 XX EIO ENXIO ENODEV EUCLEAN EBADMSG EREMOTEIO UNKNOWN'),
  ...listed('stopping', '25 57'),
  ...listed('unreachable', '08 HV ECONNREFUSED ECONNRESET ECONNABORTED EPIPE ENOTCONN ESHUTDOWN ENETRESET'),
  ...listed('unreachable', 'ETIMEDOUT ETIME ESTALE ENOLINK ENOTFOUND EHOSTUNREACH EHOSTDOWN ENETUNREACH'),
  ...listed('unreachable', 'ENETDOWN EADDRNOTAVAIL'),
  ...listed('refused', '0L 0P 28 3D 42501 55000 EACCES EPERM'),
  ...listed('untrusted', 'EPROTO HOSTNAME_MISMATCH'),
  ...listed('misplaced', 'ENOTDIR ELOOP ENAMETOOLONG EISDIR EEXIST ENOTEMPTY EXDEV EINVAL'),
  ...listed('gone', '3F 42P01 ENOENT'),
};

/** Codes of which there are many: of name servers, and of what TLS has against a certificate. */
const FAMILIES: readonly (readonly [RegExp, Trouble])[] = [
  [/^EAI_/, 'unreachable'],
  [
    /^(?:CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|ERR_TLS_|ERR_SSL_|ERR_OSSL_)/,
    'untrusted',
  ],
];

/** What the driver says without a code, and a pooler with any; both in English alone. */
const SAID: readonly (readonly [RegExp, Trouble])[] = [
  [/unsupported startup parameter|support command-line options/, 'pooled'],
  [/^The server does not support SSL|^There was an error establishing an SSL/, 'untrusted'],
  [/^SASL|password must be a string/i, 'refused'],
  // A pooler has one code for all that it says.
  [
    /^(?:password authentication failed|no such (?:user|database)|database "[^"]*" does not exist)/,
    'refused',
  ],
  [
    /^(?:Connection terminated|timeout (?:expired|exceeded)|Client has encountered a connection error|Query read timeout|Client was closed|Cannot use a pool)/,
    'unreachable',
  ],
];

/** What an error of the driver or of the system means for a place; null when it is the question's own fault. */
export function troubleOf(error: unknown): Trouble | null {
  const code = codeOf(error) ?? '';
  const message = errorMessage(error);
  const [, said] = SAID.find(([pattern]) => pattern.test(message)) ?? [];
  const [, family] = FAMILIES.find(([pattern]) => pattern.test(code)) ?? [];
  const known = TROUBLES[code] ?? (/^[0-9A-Z]{5}$/.test(code) ? TROUBLES[code.slice(0, 2)] : undefined);
  return said ?? known ?? family ?? null;
}

const ADVICE: Readonly<Record<Trouble, string>> = {
  full: 'Make room on the disk of its PostgreSQL.',
  readOnly:
    'It takes no writes: name its primary in AUDIT_DATABASE_URL or storage.databaseUrl, or end default_transaction_read_only.',
  exhausted: 'Give its PostgreSQL more memory or connections (max_connections), or end other clients.',
  busy: 'Look for who holds its locks in pg_stat_activity.',
  broken: 'Its disk or its files are broken: see the log of its PostgreSQL.',
  stopping:
    'It stops or starts, or its role has a timeout that ends sessions: see the log of its PostgreSQL and ALTER ROLE ... RESET.',
  unreachable: 'Start its PostgreSQL, or correct AUDIT_DATABASE_URL or storage.databaseUrl.',
  refused:
    'Correct AUDIT_DATABASE_URL or storage.databaseUrl, or GRANT its role the schema audit with all tables.',
  untrusted:
    'Renew its certificate, or correct sslmode and sslrootcert in AUDIT_DATABASE_URL or storage.databaseUrl.',
  pooled:
    'A pooler stands before it that does not take the settings of a session: name PostgreSQL itself in AUDIT_DATABASE_URL or storage.databaseUrl.',
  misplaced:
    'A file or folder that AUDIT_DATABASE_URL or storage.databaseUrl names is not where it says: correct it.',
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
    // A file that its address names: a certificate that is not there is no missing table.
    const isFile = trouble === 'gone' && code === 'ENOENT';
    const advice =
      trouble === null ? 'See the log of its PostgreSQL.' : ADVICE[isFile ? 'misplaced' : trouble];
    super(`The audit's own store at ${describeDsn(url)} cannot be used: ${coded}. ${advice}`);
    this.code = code;
    this.trouble = trouble;
    this.said = said;
  }
}

function listed(trouble: Trouble, codes: string): Readonly<Record<string, Trouble>> {
  return Object.fromEntries(codes.split(' ').map((code) => [code, trouble]));
}
