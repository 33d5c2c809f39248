/** `host:port/database as user`: what messages may say of a DSN. Never its password. */
export function describeDsn(url: string): string {
  try {
    const { hostname, port, pathname, username } = new URL(url);
    const user = username === '' ? '' : ` as ${decodeURIComponent(username)}`;
    return `${hostname || 'localhost'}:${port || '5432'}${decodeURIComponent(pathname) || '/'}${user}`;
  } catch {
    return 'the configured address';
  }
}
