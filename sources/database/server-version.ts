import type pg from 'pg';
import { SourceRefused } from '../errors.ts';

/** The oldest major version whose server runs all that an audit asks: 14 brought date_bin. */
export const OLDEST_SERVER = 14;

interface ParameterStatus {
  readonly parameterName: string;
  readonly parameterValue: string;
}

/** What the server tells of itself while a connection begins, before anything is asked. */
export interface ServerFacts {
  /** `14.5`; null when it did not say. */
  version(): string | null;
  /** `UTF8`; null when it did not say. */
  encoding(): string | null;
}

export function listenForFacts(client: pg.Client): ServerFacts {
  const told = new Map<string, string>();
  client.connection.on('parameterStatus', ({ parameterName, parameterValue }: ParameterStatus) => {
    told.set(parameterName, parameterValue);
  });
  return {
    version: () => told.get('server_version') ?? null,
    encoding: () => told.get('server_encoding') ?? null,
  };
}

/** @throws SourceRefused with the version that was found and the one that is needed */
export function refuseOldServer(version: string | null, bot: string): void {
  const major = Number(/^\d+/.exec(version ?? '')?.[0] ?? Number.NaN);
  if (major >= OLDEST_SERVER) return;
  const found = version === null ? 'a server that names no version' : `PostgreSQL ${version}`;
  throw new SourceRefused(
    `The database of bot ${bot} is ${found}; the audit needs PostgreSQL ${String(OLDEST_SERVER)} or newer. ` +
      'Upgrade it, or let the audit read a replica or a dump on a newer server.',
  );
}
