import { createServer } from 'node:net';

/** A port that the configuration names and that cannot be listened on; the message says which and what to do. */
export class PortUnusable extends Error {
  override readonly name = 'PortUnusable';

  constructor(
    what: string,
    at: { readonly host: string; readonly port: number },
    keys: string,
    code: string,
  ) {
    const where = `${at.host}:${String(at.port)}`;
    const why =
      code === 'EADDRINUSE'
        ? `another program listens on it (${code}). End that one, or name another port`
        : `it cannot be listened on (${code}). Name another address or port`;
    super(`The address ${where} of the ${what} (${keys}) cannot be used: ${why}.`);
  }
}

/** Fails when the port cannot be listened on, for servers of others that would not say which. */
export async function mustBeFree(
  what: string,
  at: { readonly host: string; readonly port: number },
  keys: string,
): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ ...at, exclusive: true }, resolve);
    });
  } catch (error) {
    throw new PortUnusable(what, at, keys, (error as NodeJS.ErrnoException).code ?? 'error');
  }
  await new Promise((resolve) => server.close(resolve));
}
