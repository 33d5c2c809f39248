import { MOST_SECRET_BYTES, readBounded } from './bounded-file.ts';
import { didYouMean } from './nearest.ts';

/** As the driver reads them; one that it does not know would be the strictest, whatever was meant. */
const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];
const CERTIFICATES = ['sslcert', 'sslkey', 'sslrootcert'];
/** Parameters of the driver, near which another is a slip: one that it does not know it passes over, TLS included. */
const PARAMETERS = [
  ...['sslmode', 'sslnegotiation', 'uselibpqcompat', 'application_name', 'options', 'client_encoding'],
  ...['ssl', 'host', 'port', 'user', 'password', ...CERTIFICATES],
  // Of PostgreSQL's own programs, and nothing that makes a connection safer.
  ...['sslpassword', 'sslsni', 'sslcompression'],
];
/** A host, a name or an address; brackets around IPv6. */
const HOST = /^(?:\[[0-9A-Fa-f:.%]+\]|[^[\]:,]*)$/;

/** What is wrong with a DSN, as the end of a sentence; never quotes a part that may hold its password. */
export function dsnProblem(value: string, protocols: readonly string[]): string | null {
  const isDatabase = protocols[0] === 'postgres:';
  const form = `${String(protocols[0])}//user:\${PASSWORD}@host:port${isDatabase ? '/database' : ''}`;
  const problem = formProblem(value, protocols);
  if (problem !== null) return `${problem} Expected ${form}.`;
  const url = new URL(value);
  if (isDatabase) return parameterProblem(url);
  return url.search === ''
    ? null
    : 'has parameters after "?", which a mail server’s URL has not. Write smtps:// for TLS from the first byte.';
}

function formProblem(value: string, protocols: readonly string[]): string | null {
  if (value === '') return 'is empty.';
  if (/[\s\p{Cc}]/u.test(value)) return 'holds a blank or a line break. Remove it, or write %20 for a blank.';
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(value)?.[1];
  // `mail.example.test:587` is a URL to the standard, with a strange scheme.
  if (scheme === undefined)
    return URL.canParse(value) ? `does not begin with ${String(protocols[0])}//.` : 'is not a URL.';
  if (!protocols.includes(`${scheme.toLowerCase()}:`)) return `begins with "${scheme}://".`;
  const rest = value.slice(scheme.length + 3);
  const authority = /^[^/?#]*/.exec(rest)?.[0] ?? '';
  if (rest.slice(authority.length).includes('@') || rest.includes('#'))
    return 'holds a character that must be escaped: of a user and a password, write @ as %40, / as %2F, ? as %3F, # as %23.';
  if (!isDecodable(rest)) return 'holds a % that begins no escape. Write it as %25.';
  return authorityProblem(authority) ?? partsProblem(value, protocols);
}

/** Of `user:password@host:port`. */
function authorityProblem(authority: string): string | null {
  const place = authority.slice(authority.lastIndexOf('@') + 1);
  const [, host = place, port] = /^(.*?)(?::([^:\]]*))?$/.exec(place) ?? [];
  if (host.includes(',')) return 'names several hosts, and one can be used.';
  if (!HOST.test(host)) return 'has a host that is none; an IPv6 address stands in brackets.';
  const isPort = port === undefined || (/^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) <= 65_535);
  return isPort ? null : 'has a port that is not a number from 1 to 65535.';
}

function partsProblem(value: string, protocols: readonly string[]): string | null {
  if (!URL.canParse(value)) return 'is not a URL.';
  const url = new URL(value);
  if (url.hostname === '' && url.searchParams.get('host') === null) return 'names no host.';
  if (protocols[0] === 'postgres:' && databaseOf(url) === '') return 'names no database.';
  return null;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function parameterProblem({ searchParams }: URL): string | null {
  const names = [...searchParams.keys()];
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) !== index) return `says ${name} twice. Keep one of them.`;
    if (name === 'dbname' || name === 'database')
      return `has the parameter "${name}". The database stands after the host: host:port/database.`;
    const near = PARAMETERS.includes(name) ? '' : didYouMean(name, PARAMETERS);
    if (near !== '' || (name.startsWith('ssl') && !PARAMETERS.includes(name)))
      return `has the parameter "${name}", which does not exist.${near} TLS is sslmode, sslrootcert, sslcert and sslkey.`;
  }
  const mode = searchParams.get('sslmode');
  if (mode !== null && !SSL_MODES.includes(mode))
    return `says sslmode=${mode}, which does not exist.${didYouMean(mode, SSL_MODES)} Expected one of ${SSL_MODES.join(', ')}.`;
  const ssl = searchParams.get('ssl');
  // The driver takes every other text for yes, `false` as well.
  if (ssl !== null && !['true', '1', '0'].includes(ssl))
    return `says ssl=${ssl}. Write sslmode=verify-full or sslmode=disable instead.`;
  for (const name of CERTIFICATES) {
    const path = searchParams.get(name);
    const read = path === null ? { text: '' } : readBounded(path, MOST_SECRET_BYTES);
    if ('problem' in read) return `says ${name}=${String(path)}, which ${read.problem}.`;
  }
  return null;
}

/** Whether two PostgreSQL DSNs lead to one database, as far as their text can say. */
export function isSameDatabase(a: string, b: string): boolean {
  if (!URL.canParse(a) || !URL.canParse(b)) return false;
  const key = (url: URL): string =>
    JSON.stringify([
      hostOf(url),
      url.searchParams.get('port') ?? (url.port === '' ? '5432' : url.port),
      databaseOf(url),
    ]);
  return key(new URL(a)) === key(new URL(b));
}

function hostOf(url: URL): string {
  const host = (url.searchParams.get('host') ?? url.hostname).toLowerCase();
  return ['localhost', '127.0.0.1', '[::1]', '::1'].includes(host) ? 'localhost' : host;
}

function databaseOf(url: URL): string {
  try {
    return decodeURIComponent(url.pathname.replace(/^\//, ''));
  } catch {
    return url.pathname;
  }
}
