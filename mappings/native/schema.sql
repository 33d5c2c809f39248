-- The schema that we recommend to a new bot, and that the demo bot has. Its column names are those of the audit's
-- contract, so that the mapping beside this file is nothing but SELECTs. Not a mapping itself: no audit runs it.
--
-- Times are timestamptz; money and quantities numeric, never float. Statuses and types are plain text: the audit knows
-- the spellings of several bots and reports the ones that it does not know. There are no foreign keys between orders,
-- fills and positions, since a fill may be stored before the row it belongs to: that every fill has its order is what
-- the audit is there to check. Each table that grows has an index on its time, and where it is
-- joined by an id also on that, so that a window costs its own rows only.

create schema bot;

-- One row a position, from its first entry fill to its last exit fill. realized_pnl is the net result in quote
-- currency: gross at average cost, minus fees, plus funding (received is positive).
create table bot.positions (
  id                 text primary key,
  symbol             text not null,
  side               text not null,
  quantity           numeric not null,
  entry_price        numeric not null,
  status             text not null,
  opened_at          timestamptz not null,
  exchange           text not null,
  strategy           text,
  closed_at          timestamptz,
  exit_price         numeric,
  exit_reason        text,
  realized_pnl       numeric,
  unrealized_pnl     numeric,
  fees               numeric,
  funding            numeric,
  leverage           numeric,
  current_price      numeric,
  current_price_at   timestamptz,
  stop_loss_price    numeric,
  take_profit_price  numeric,
  has_stop_loss      boolean,
  has_trailing_stop  boolean,
  trailing_activated boolean,
  trailing_activation_price numeric,
  entry_order_id     text,
  exit_order_id      text,
  signal_id          text,
  liquidation_price  numeric,
  margin_mode        text,
  last_evaluated_at  timestamptz,
  updated_at         timestamptz not null
);
create index on bot.positions (opened_at);
create index on bot.positions (closed_at);

-- One row an order, protective ones too. created_at is when the bot asked, venue_at when the venue acknowledged.
-- role: entry, exit, stop or take_profit. parent_id of a stop: the stop that it replaced.
create table bot.orders (
  id                text primary key,
  symbol            text not null,
  side              text not null,
  type              text not null,
  status            text not null,
  quantity          numeric not null,
  created_at        timestamptz not null,
  exchange          text not null,
  exchange_order_id text,
  client_order_id   text not null unique,
  price             numeric,
  trigger_price     numeric,
  filled            numeric not null default 0,
  remaining         numeric,
  average_price     numeric,
  reduce_only       boolean not null default false,
  close_on_trigger  boolean not null default false,
  venue_at          timestamptz,
  position_idx      integer,
  parent_id         text,
  role              text not null,
  time_in_force     text,
  position_id       text,
  strategy          text,
  updated_at        timestamptz not null,
  filled_at         timestamptz,
  cancelled_at      timestamptz,
  triggered_at      timestamptz,
  reject_code       text,
  reject_reason     text
);
create index on bot.orders (created_at);
create index on bot.orders (updated_at);
create index on bot.orders (position_id);
create index on bot.orders (status);

-- One row an execution. realized_pnl is gross at average cost; a fee that was paid is positive.
create table bot.fills (
  id           text primary key,
  order_id     text not null,
  symbol       text not null,
  side         text not null,
  price        numeric not null,
  quantity     numeric not null,
  at           timestamptz not null,
  exchange     text not null,
  fee          numeric not null,
  fee_currency text not null,
  is_maker     boolean,
  realized_pnl numeric,
  position_id  text,
  strategy     text
);
create index on bot.fills (at);
create index on bot.fills (position_id);
create index on bot.fills (order_id);

create table bot.funding (
  symbol      text not null,
  amount      numeric not null,
  at          timestamptz not null,
  exchange    text not null,
  position_id text,
  primary key (at, exchange, symbol)
);

-- The wallet of each account at least once a minute, and at 00, 08 and 16 UTC exactly. A row at t holds what happened
-- before t. equity = total + unrealized_pnl.
create table bot.balances (
  at             timestamptz not null,
  currency       text not null,
  total          numeric not null,
  exchange       text not null,
  account        text not null,
  free           numeric,
  used           numeric,
  unrealized_pnl numeric,
  equity         numeric,
  primary key (at, exchange, account, currency)
);

create table bot.transfers (
  at       timestamptz not null,
  currency text not null,
  amount   numeric not null,
  exchange text not null,
  account  text not null,
  kind     text,
  primary key (at, exchange, account, currency)
);

create table bot.events (
  at             timestamptz not null,
  type           text not null,
  id             text primary key,
  severity       text,
  position_id    text,
  order_id       text,
  symbol         text,
  exchange       text,
  correlation_id text,
  writer         text,
  data           jsonb,
  error_message  text,
  stack_trace    text,
  duration_ms    numeric
);
create index on bot.events (at);
create index on bot.events (type, at);

-- kind: placed, updated, triggered, failed or removed; at is the venue's acknowledgement, duration_ms counts from the
-- request. unprotected_window_ms: how long an update left the position without a stop.
create table bot.stop_changes (
  position_id           text not null,
  at                    timestamptz not null,
  kind                  text not null,
  old_price             numeric,
  new_price             numeric,
  order_id              text,
  exchange              text,
  duration_ms           numeric,
  unprotected_window_ms numeric,
  error                 text
);
create index on bot.stop_changes (at);
create index on bot.stop_changes (position_id);

-- One row a request to an exchange, retries too (attempt: 1, 2, ...). at is when it was sent, duration_ms until its answer
-- or until the bot gave up. outcome: ok, error, timeout or unclear. The limit of requests as the answer's headers say it.
create table bot.api_calls (
  at                   timestamptz not null,
  operation            text not null,
  outcome              text not null,
  exchange             text not null,
  endpoint             text,
  http_status          integer,
  error_class          text,
  error_code           text,
  duration_ms          numeric not null,
  attempt              integer not null default 1,
  rate_limit_used      numeric,
  rate_limit_remaining numeric,
  correlation_id       text,
  client_order_id      text
);
create index on bot.api_calls (at);
-- One row an attempt to move a trailing stop; at is the venue's acknowledgement, or when it was left (skipped).
create table bot.trailing_updates (
  position_id text not null,
  at          timestamptz not null,
  old_stop    numeric,
  new_stop    numeric,
  skipped     boolean not null default false,
  skip_reason text,
  duration_ms numeric,
  symbol      text,
  exchange    text
);
create index on bot.trailing_updates (at);
create index on bot.trailing_updates (position_id);

-- One row an event of a stream's connection. kind: connect, disconnect, reconnect, error (an attempt that failed), stale
-- (open and silent) or subscribe; role: prices or orders. downtime_ms: of a reconnect how long it was lost, of a stale
-- stream how long it was silent by then.
create table bot.stream_events (
  at          timestamptz not null,
  stream      text not null,
  kind        text not null,
  role        text,
  exchange    text,
  reason      text,
  planned     boolean,
  attempt     integer,
  downtime_ms numeric
);
create index on bot.stream_events (at);

create table bot.alerts (
  at              timestamptz not null,
  severity        text not null,
  text            text not null,
  symbol          text,
  channel         text,
  delivered       boolean,
  acknowledged_at timestamptz,
  blocked_reason  text
);
create index on bot.alerts (at);

create table bot.heartbeats (
  at          timestamptz not null,
  service     text not null,
  cycle       integer,
  status      text,
  instance_id text not null,
  version     text,
  primary key (at, service, instance_id)
);

-- scope: bot, exchange, symbol or strategy; scope_value names which, and is empty for the whole bot.
create table bot.limits (
  name        text not null,
  value       numeric not null,
  scope       text not null,
  scope_value text not null default '',
  unit        text,
  primary key (name, scope, scope_value)
);

-- What a unit of quantity is. contract: spot, linear (contract_size in base units) or inverse (in quote units, settled in
-- the base); same_as: the name before valid_from.
create table bot.instruments (
  exchange        text not null,
  symbol          text not null,
  contract        text not null,
  base            text,
  quote           text,
  contract_size   numeric,
  settle_currency text,
  price_tick      numeric,
  quantity_step   numeric,
  min_notional    numeric,
  valid_from      timestamptz,
  same_as         text
);

create table bot.states (
  at        timestamptz not null,
  name      text not null,
  value     text not null,
  since     timestamptz,
  by        text,
  reason    text,
  failures  integer,
  threshold numeric,
  age_s     numeric,
  primary key (name, at)
);

create table bot.prices (
  symbol   text not null,
  at       timestamptz not null,
  price    numeric not null,
  exchange text not null,
  kind     text not null,
  high     numeric,
  low      numeric,
  primary key (at, exchange, symbol, kind)
);

-- The bot's own totals: what it counts of itself over the time [covers_from, covers_to). name: positions_opened,
-- positions_closed, fills and net_pnl (of closed positions) are compared with the rows of that time; others are printed.
create table bot.totals (
  at          timestamptz not null,
  name        text not null,
  value       numeric not null,
  scope       text not null,
  covers_from timestamptz,
  covers_to   timestamptz,
  primary key (at, name, scope)
);

-- What the bot decided to do, before anything was sent. status: pending, executed, failed or cancelled; rationale: the
-- numbers that it was decided by.
create table bot.decisions (
  id             text primary key,
  at             timestamptz not null,
  symbol         text not null,
  decision       text not null,
  status         text not null,
  exchange       text,
  strategy       text,
  side           text,
  quantity       numeric,
  reason_code    text,
  rationale      jsonb,
  correlation_id text,
  signal_id      text,
  executed_at    timestamptz,
  failed_at      timestamptz
);
create index on bot.decisions (at);

-- One row an attempt to carry out a decision. status: submitted, filled, partially_filled, cancelled or rejected; two
-- orders for one decision are a double execution, and a unique index on the decision of those not rejected prevents it.
create table bot.executions (
  id                  text primary key,
  decision_id         text not null,
  status              text not null,
  at                  timestamptz not null,
  error_message       text,
  http_status         integer,
  order_id            text,
  filled_quantity     numeric,
  filled_price        numeric,
  commission          numeric,
  request_payload_id  text,
  response_payload_id text
);
create index on bot.executions (at);
create index on bot.executions (decision_id);

-- One row a run of a task that fetches data. status: running, completed or failed; source: whom it asks.
create table bot.ingestion_runs (
  id              text primary key,
  task            text not null,
  source          text not null,
  status          text not null,
  started_at      timestamptz not null,
  finished_at     timestamptz,
  records_fetched numeric,
  records_created numeric,
  error           text
);
create index on bot.ingestion_runs (started_at);

-- What a strategy saw, whether or not anything was decided on it.
create table bot.signals (
  id       text primary key,
  at       timestamptz not null,
  symbol   text not null,
  strategy text,
  side     text,
  score    numeric
);
create index on bot.signals (at);

-- One row a symbol that the bot watches, as it is now. alerts_enabled and trade_enabled say whether a signal is told and
-- traded, cooldown_until until when further ones are held back.
create table bot.watch_list (
  symbol         text not null,
  exchange       text not null,
  alerts_enabled boolean not null,
  trade_enabled  boolean not null,
  trade_amount   numeric,
  last_price     numeric,
  last_price_at  timestamptz,
  last_alert_at  timestamptz,
  cooldown_until timestamptz,
  primary key (exchange, symbol)
);
