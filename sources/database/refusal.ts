import type { StatementError } from './session.ts';

type Words = (error: StatementError) => string;

/** By code of the server or its class, the longer first: what a statement of the bot's database failed by, and what mends it. */
const WORDS: Readonly<Record<string, Words>> = {
  '08': foreign,
  HV: foreign,
  '22': ({ message }) =>
    `a value of one of its rows cannot be computed (${message}); mend that row, or the view or mapping that computes it`,
  '42501': denied,
  '53': ({ message }) => `its server had not enough disk, memory or connections (${message})`,
  '55000': ({ message }) => `${message}; REFRESH MATERIALIZED VIEW fills it`,
  '55P03': ({ message }) => `a lock on the table was not released in time (${message})`,
  '57014': ({ message, limitMs }) =>
    limitMs === undefined
      ? `somebody cancelled it on the server (${message})`
      : `it took longer than the ${String(limitMs / 1000)} s that the audit may keep the database busy (${message})`,
  '58': damaged,
  XX001: damaged,
  XX002: damaged,
  XX: ({ message }) => `${message}; see the log of its PostgreSQL`,
};

/** A failure of a statement with what mends it. Servers speak many languages: it is known by its code. */
export function refusal(error: StatementError): string {
  const words = WORDS[error.code] ?? WORDS[error.code.slice(0, 2)];
  return words === undefined ? error.message : words(error);
}

function foreign({ message }: StatementError): string {
  return `another server that it stands on did not answer (${message}); look at that server, or map what this database holds itself`;
}

function damaged({ message }: StatementError): string {
  return `its file cannot be read (${message}): see the log of its PostgreSQL, and restore it from a backup`;
}

function denied({ message, routine }: StatementError): string {
  if (routine === 'check_enable_rls' || message.includes('row-level security'))
    return `${message}, so rows would be hidden from the audit; ALTER ROLE ... BYPASSRLS for its role, or map a view that its owner may read whole`;
  const schema = /for schema (\S+)$/.exec(message)?.[1];
  const right = schema === undefined ? 'SELECT on it' : `USAGE ON SCHEMA ${schema}`;
  const isEnglish = message.startsWith('permission denied');
  return `${message}; GRANT ${isEnglish ? right : 'USAGE ON its schema and SELECT on it'} to the audit's role`;
}
