import { didYouMean } from './nearest.ts';

/** As the driver reads them; one that it does not know would be the strictest, whatever was meant. */
const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/** What is wrong with a DSN, as the end of a sentence; never quotes it. */
export function dsnProblem(value: string, protocols: readonly string[]): string | null {
  const form = `${String(protocols[0])}//user:\${PASSWORD}@host:port${protocols[0] === 'postgres:' ? '/database' : ''}`;
  if (!URL.canParse(value)) return `is not a URL. Expected ${form}.`;
  // `mail.example.test:587` is a URL to the standard, with a strange scheme.
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value))
    return `does not begin with ${String(protocols[0])}//. Expected ${form}.`;
  const url = new URL(value);
  if (!protocols.includes(url.protocol)) return `begins with "${url.protocol}//". Expected ${form}.`;
  if (url.hostname === '' && url.searchParams.get('host') === null) return `names no host. Expected ${form}.`;
  if (protocols[0] === 'postgres:' && databaseOf(url) === '') return `names no database. Expected ${form}.`;
  const mode = url.searchParams.get('sslmode');
  if (protocols[0] === 'postgres:' && mode !== null && !SSL_MODES.includes(mode))
    return `says sslmode=${mode}, which does not exist.${didYouMean(mode, SSL_MODES)} Expected one of ${SSL_MODES.join(', ')}.`;
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
    return url.searchParams.get('dbname') ?? decodeURIComponent(url.pathname.replace(/^\//, ''));
  } catch {
    return url.pathname;
  }
}
