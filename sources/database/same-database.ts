import { SourceRefused } from '../errors.ts';

/** True when two DSNs name one database: same host, port and name. Different hosts may still be one server. */
export function isSameAddress(one: string, other: string): boolean {
  const [a, b] = [addressOf(one), addressOf(other)];
  return a !== null && a === b;
}

/** Which database a connection is in, whatever address led there. Null when the server does not tell. */
export const DATABASE_IDENTITY =
  'select system_identifier::text as cluster, ' +
  '(select oid::text from pg_catalog.pg_database where datname = current_database()) as database from pg_control_system()';

export function refuseSameDatabase(bot: string): never {
  throw new SourceRefused(
    `The database of bot ${bot} and the audit's own store are one database. The store would be written into the ` +
      "bot's: give AUDIT_DATABASE_URL a database of its own.",
  );
}

function addressOf(url: string): string | null {
  try {
    const { hostname, port, pathname, username } = new URL(url);
    const host = ['', 'localhost', '[::1]', '127.0.0.1'].includes(hostname)
      ? 'this host'
      : hostname.toLowerCase();
    const database =
      pathname.length > 1 ? decodeURIComponent(pathname.slice(1)) : decodeURIComponent(username);
    return `${host}:${port || '5432'}/${database}`;
  } catch {
    return null;
  }
}
