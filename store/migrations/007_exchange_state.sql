-- What an exchange said of an account at one moment, as ccxt's unified structures have it: imported from a file, since the
-- keys may not go where the audit runs. A list that is not in the document was not asked; an empty one is flat.
create table audit.exchange_state (
  bot text not null,
  exchange text not null,
  account text not null,
  at timestamptz not null,
  -- Of the document, to know a different one of the same moment.
  hash text not null,
  document jsonb not null,
  imported_at timestamptz not null default now(),
  primary key (bot, exchange, account, at)
);
