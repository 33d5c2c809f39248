import pg from 'pg';

/**
 * A connected client of one of our clusters; the caller ends it. Between two queries a server that is stopped tells it by an
 * event, and without a listener that would end this program in the middle of cleaning up: the next query fails anyway.
 */
export async function connectedClient(config: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
