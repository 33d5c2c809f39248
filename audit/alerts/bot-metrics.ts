import { openAt, tellsProtection, unprotectedAt } from './open-positions-sql.ts';
import type { AlertQuestion, Provided } from './rule.ts';

/** One number of a bot for Prometheus, asked beside the alerts: rows of `label` (null: none) and `value`. */
export interface BotMetric {
  /** Without the prefix `audit_bot_`. */
  readonly name: string;
  readonly kind: 'gauge' | 'counter';
  /** Name of the label that a row's `label` fills; null: one number. */
  readonly label: string | null;
  readonly help: string;
  /** Null: the mapping gives nothing for it, and the metric is not there. */
  readonly ask: (provided: Provided) => Omit<AlertQuestion, 'minutes'> | null;
}

/** What metrics read beside the rules' entities. */
export const METRIC_ENTITIES = ['state', 'position', 'order', 'total'] as const;

/** Since the look before: what a counter grows by. */
export const COUNTED_MINUTES = 5;

const COUNTED = `:to::timestamptz - interval '${String(COUNTED_MINUTES)} minutes'`;
/** The newest row of each name, however old. */
const LAST_STATES = `with last as materialized (
  select l.name_raw, max(l.at) as at from @state l where l.at < :to::timestamptz group by l.name_raw
), newest as (
  select distinct on (s.name) left(s.name, 120) as name, s.kind, s."on", s.age_s
  from last join @state s on s.name_raw = last.name_raw and s.at = last.at
  order by s.name, s.at desc, s.value
)`;

/** Seed 001, recommendation 8. */
export const BOT_METRICS: readonly BotMetric[] = [
  {
    name: 'kill_switch',
    kind: 'gauge',
    label: 'name',
    help: '1 while a switch that stops all trading is engaged',
    ask: (provided) =>
      provided('state')
        ? {
            entities: ['state'],
            sql: `${LAST_STATES}
select name as label, (case when "on" = (kind <> 'trading') then 1 else 0 end) as value
from newest where kind in ('kill_switch', 'global_blocker', 'trading') and "on" is not null
order by 1 limit 50`,
          }
        : null,
  },
  {
    name: 'circuit_breaker_open',
    kind: 'gauge',
    label: 'name',
    help: '1 while a circuit breaker is open',
    ask: (provided) =>
      provided('state')
        ? {
            entities: ['state'],
            sql: `${LAST_STATES}
select name as label, (case when "on" then 1 else 0 end) as value
from newest where kind = 'circuit_breaker' and "on" is not null
order by 1 limit 50`,
          }
        : null,
  },
  {
    name: 'circuit_breaker_trips',
    kind: 'counter',
    label: 'name',
    help: 'Times that a circuit breaker opened',
    ask: (provided) =>
      provided('state')
        ? {
            entities: ['state'],
            // A breaker that writes its state every minute trips once: the row before must say that it was closed.
            sql: `select left(s.name, 120) as label, count(*)::int as value
from @state s
where s.at >= ${COUNTED} and s.at < :to::timestamptz and s.kind = 'circuit_breaker' and s."on"
  and (select p."on" from @state p where p.name_raw = s.name_raw and p.at < s.at order by p.at desc limit 1) is not true
group by 1 order by 1 limit 50`,
          }
        : null,
  },
  {
    name: 'positions',
    kind: 'gauge',
    label: 'exchange',
    help: 'Open positions',
    ask: (provided) =>
      provided('position')
        ? {
            entities: ['position'],
            sql: `select coalesce(p.exchange, 'unknown') as label, count(*)::int as value
from @position p where ${openAt(':slot')} group by 1 order by 1 limit 50`,
          }
        : null,
  },
  {
    name: 'positions_unprotected',
    kind: 'gauge',
    label: 'exchange',
    help: 'Open positions without a live stop',
    ask: (provided) =>
      provided('position') && tellsProtection(provided)
        ? {
            entities: provided('order') ? ['position', 'order'] : ['position'],
            sql: `select coalesce(p.exchange, 'unknown') as label, (count(*) filter (where ${unprotectedAt(':slot', provided)}))::int as value
from @position p where ${openAt(':slot')} group by 1 order by 1 limit 50`,
          }
        : null,
  },
  {
    name: 'daily_pnl',
    kind: 'gauge',
    label: null,
    help: 'Sum of the stored profit of positions closed since 00:00 UTC, in quote currency',
    ask: (provided) =>
      provided('position', 'realized_pnl') && provided('position', 'closed_at')
        ? {
            entities: ['position'],
            sql: `select null::text as label, coalesce(sum(p.realized_pnl), 0) as value
from @position p
where p.closed_at >= date_trunc('day', :to::timestamptz, 'UTC') and p.closed_at < :to::timestamptz`,
          }
        : null,
  },
  {
    name: 'orders_rejected',
    kind: 'counter',
    label: 'reason',
    help: 'Orders refused, by class of reason',
    ask: (provided) =>
      provided('order')
        ? {
            entities: ['order'],
            sql: `select coalesce(o.reject_class, 'unknown') as label, count(*)::int as value
from @order o
where o.created_at >= ${COUNTED} and o.created_at < :to::timestamptz and o.status = 'rejected'
group by 1 order by 1 limit 50`,
          }
        : null,
  },
  {
    name: 'cache_age_seconds',
    kind: 'gauge',
    label: 'name',
    help: 'Age of a cache as the bot states it',
    ask: (provided) =>
      provided('state', 'age_s')
        ? {
            entities: ['state'],
            sql: `${LAST_STATES}
select name as label, age_s as value from newest where kind in ('cache', 'filter_cache') and age_s is not null order by 1 limit 50`,
          }
        : null,
  },
  {
    name: 'cache_requests',
    kind: 'gauge',
    label: 'result',
    help: 'Hits and misses of the caches as the bot totals them (`cache_hits`, `cache_misses`)',
    ask: (provided) =>
      provided('total')
        ? {
            entities: ['total'],
            sql: `select distinct on (t.name) (case when t.name = 'cache_hits' then 'hit' else 'miss' end) as label, t.value
from @total t
where t.at >= :from and t.at <= :to::timestamptz and t.name in ('cache_hits', 'cache_misses')
order by t.name, t.at desc`,
          }
        : null,
  },
];
