import { z } from 'zod';
import { timeColumnOf, type EntityName } from '../../../audit/contract.ts';
import { eachSpelled, fromDatabase, spelledIds } from './span.ts';
import { texts } from './trading-rows.ts';

/**
 * Positions that rows of the window name and no position row is, with how many of those that they name there are. The
 * known ones are found by their ids, so that the cost follows the window.
 */
const namedBy = (entity: EntityName, title: string) => {
  const time = `r.${timeColumnOf(entity) ?? 'at'}`;
  return fromDatabase(`unknown-positions-${entity.replace('_', '-')}`, [entity, 'position'], {
    title,
    sql: `with named as materialized (
  select r.position_id_alike, min(r.position_id) as position_id, min(r.exchange) as exchange, min(${time}) as at
  from @${entity} r
  where ${time} >= :from::timestamptz and ${time} < :to::timestamptz and btrim(r.position_id) <> ''
  group by r.position_id_alike
), ${spelledIds('named', 'position_id')}, known as materialized (
  select p.id
  from @position p
  where p.id_raw in ${eachSpelled('position_id', 'named')}
)
select n.position_id, n.exchange, n.at, (select count(*)::int from known) as known
from named n
where not exists (select from known k where lower(k.id) = lower(n.position_id))
order by n.at, n.position_id`,
    limit: 10_000,
    row: z.object({ position_id: z.string(), ...texts('exchange'), at: z.string(), known: z.number() }),
  });
};

export const namedByEvents = namedBy('event', 'Positions that events name and no row is');
export const namedByStopChanges = namedBy('stop_change', 'Positions that stop changes name and no row is');
export const namedByOrders = namedBy('order', 'Positions that orders name and no row is');
export const namedByFunding = namedBy('funding', 'Positions that funding names and no row is');
