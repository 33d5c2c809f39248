import type pg from 'pg';

/** One document of an exchange's state; its key is bot, exchange, account and time. */
export interface ExchangeStateRow {
  /** In lower case, as the bot's configuration names it. */
  readonly exchange: string;
  /** Empty where the document names none. */
  readonly account: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly hash: string;
  readonly document: unknown;
}

type Key = Pick<ExchangeStateRow, 'exchange' | 'account' | 'at'>;

const KEYS = 'jsonb_to_recordset($2::jsonb) as r (exchange text, account text, at timestamptz';
const SAME = 's.exchange = r.exchange and s.account = r.account and s.at = r.at';

/** Stores states, all or none, and returns how many were new; one that is there already stays as it is. */
export async function insertExchangeStates(
  pool: pg.Pool,
  bot: string,
  rows: readonly ExchangeStateRow[],
): Promise<number> {
  const result = await pool.query(
    `insert into audit.exchange_state (bot, exchange, account, at, hash, document)
     select $1, r.exchange, r.account, r.at, r.hash, r.document
     from ${KEYS}, hash text, document jsonb)
     on conflict do nothing`,
    [bot, JSON.stringify(rows)],
  );
  return result.rowCount ?? 0;
}

/** The first of these states that the store has with other content; null when there is none. */
export async function otherExchangeState(
  pool: pg.Pool,
  bot: string,
  rows: readonly ExchangeStateRow[],
): Promise<Key | null> {
  const { rows: found } = await pool.query<Key>(
    `select s.exchange, s.account, s.at
     from audit.exchange_state s join ${KEYS}, hash text) on ${SAME} and s.hash <> r.hash
     where s.bot = $1 order by s.at, s.exchange, s.account limit 1`,
    [bot, JSON.stringify(rows.map(({ exchange, account, at, hash }) => ({ exchange, account, at, hash })))],
  );
  return found[0] ?? null;
}

/** Removes what is stored of these moments, whatever it says, and returns how many. */
export async function removeExchangeStates(
  pool: pg.Pool,
  bot: string,
  rows: readonly Key[],
): Promise<number> {
  const result = await pool.query(
    `delete from audit.exchange_state s using ${KEYS}) where s.bot = $1 and ${SAME}`,
    [bot, JSON.stringify(rows.map(({ exchange, account, at }) => ({ exchange, account, at })))],
  );
  return result.rowCount ?? 0;
}

/** Of each account of a bot the state that is nearest to a time, within so many seconds of it. */
export async function nearestExchangeStates(
  pool: pg.Pool,
  bot: string,
  { to, withinS }: { readonly to: string; readonly withinS: number },
): Promise<readonly ExchangeStateRow[]> {
  const { rows } = await pool.query<ExchangeStateRow>(
    `select distinct on (exchange, account) exchange, account, at, hash, document
     from audit.exchange_state
     where bot = $1 and at between $2::timestamptz - make_interval(secs => $3) and $2::timestamptz + make_interval(secs => $3)
     order by exchange, account, abs(extract(epoch from at - $2::timestamptz)), at`,
    [bot, to, withinS],
  );
  return rows;
}
