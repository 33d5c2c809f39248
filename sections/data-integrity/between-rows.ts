import { amount, money } from '../../audit/decimal.ts';
import { isKnown } from '../../audit/value.ts';
import { orderFinder } from '../shared/facts/order-bounds.ts';
import type { PositionFacts } from '../shared/facts/position-facts.ts';
import { groupBy, moveOf, positiveOrNull, sideOf } from '../shared/facts/row-values.ts';
import { isEntry, isStop, isTarget } from '../shared/facts/order-roles.ts';
import type { PositionRow } from '../shared/queries/trading-rows.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';
import { closingOrders } from './closing-orders.ts';
import { farPrices } from './far-prices.ts';
import { marketContradictions } from './market-contradictions.ts';
import { lostTargets } from './lost-targets.ts';
import {
  fillHead,
  linkedOrders,
  MOST,
  orderHead,
  type BetweenRows,
  type Parts,
  type Traded,
} from './linked-rows.ts';
import { brokenLinks } from './order-links.ts';
import { otherStrategies } from './other-strategies.ts';
import { changesOfOthers } from './stop-changes.ts';
import { stopFlags } from './row-flags.ts';

const LIMITED = new Set(['limit', 'stop_limit', 'take_profit_limit']);
/** They take what is there at once, so that no execution of theirs can have waited in the book. */
const TAKING = new Set(['market', 'stop_market']);
/** What ends a position without its own stop or target. */
const BY_ITSELF: ReadonlySet<PositionRow['exit_kind']> = new Set(['signal', 'timeout']);

/** Orders, fills and position rows that name each other, where one says what another excludes. */
export function betweenRows(source: PositionFacts, input: Input): readonly BetweenRows[] {
  const fills = rowsOf(input.rows.fills);
  const orders = rowsOf(input.rows.orders);
  const orderOf = orderFinder(orders);
  const positions = source.ok ? source.positions : [];
  const linked = linkedOrders(positions, input);
  const traded = positions.map((fact): Traded => ({
    fact,
    parts: (fact.ledger?.fills ?? []).map((fill) => ({ fill, order: orderOf(fill) })),
  }));
  const byOrder = groupBy(
    fills.flatMap((fill) => {
      const order = orderOf(fill);
      return order === undefined ? [] : [{ fill, order }];
    }),
    ({ order }) => order.id,
  );
  return [
    ...[...byOrder.values()].flatMap((parts) => limitPrice(parts, input)),
    ...madeByTaking([...byOrder.values()].flat()),
    ...traded.flatMap(openedByReducing),
    ...traded.flatMap(exitReason),
    ...otherStrategies(traded, linked),
    ...brokenLinks(positions, linked, input),
    ...changesOfOthers(positions, input),
    ...closingOrders(linked, input),
    ...lostTargets(positions, linked, input),
    ...farPrices(positions, linked, input),
    ...marketContradictions(input),
    ...stopFlags(input),
  ];
}

/** No exchange fills an order worse than its limit, and none takes a limit that is far beyond the market. */
function limitPrice(parts: Parts, { settings }: Input): readonly BetweenRows[] {
  return parts
    .filter(({ fill, order }) => {
      const [limit, price] = [order.price, fill.price].map(positiveOrNull);
      const side = sideOf(order.side);
      if (!limit || !price || side === 'unknown' || !LIMITED.has(order.type ?? '')) return false;
      const worse = moveOf(side, limit, price).div(limit).times(100);
      const isFar = [price.div(limit), limit.div(price)].some((times) =>
        times.greaterThan(settings.limitFarTimes),
      );
      return isFar || worse.greaterThan(settings.rowPriceFarPct);
    })
    .slice(0, 1)
    .map(({ fill, order }) => ({
      ...orderHead(order),
      what: 'limit-price',
      one: `${order.side ?? ''} at a limit of ${order.price ?? ''}`,
      other: `filled at ${fill.price ?? ''}`,
    }));
}

/** So many fills show what a column says throughout. */
const MANY_FILLS = 20;

/**
 * Of few fills, or of nearly all by a bot that tells makers from takers at all: where many are so and many are not, it means
 * something else by one of the two words.
 */
function madeByTaking(parts: Parts): readonly BetweenRows[] {
  const taken = parts.filter(({ order, fill }) => TAKING.has(order.type ?? '') && fill.is_maker !== null);
  const made = taken.filter(({ fill }) => fill.is_maker === true);
  const isTold = parts.some(({ fill }) => fill.is_maker === false);
  const isAll = isTold && taken.length >= MANY_FILLS && made.length >= (1 - MOST / 2) * taken.length;
  if (made.length > MOST * taken.length && !isAll) return [];
  return made.map(({ fill, order }) => ({
    ...fillHead(fill),
    what: 'maker',
    one: 'is_maker true',
    other: `an order of type ${order.type ?? ''}`,
  }));
}

/** What may only reduce opened it, or was sent to do so. */
function openedByReducing({ fact, parts }: Traded): readonly BetweenRows[] {
  const opened = parts.filter(({ fill }) => sideOf(fill.side) === fact.side);
  const orders = new Map(
    opened.flatMap(({ order }) => (order === undefined ? [] : [[order.id, order] as const])),
  );
  return [...orders.values()]
    .filter((order) => isEntry(order) && (order.reduce_only === true || order.close_on_trigger === true))
    .map((order) => ({
      ...orderHead(order),
      what: 'opened-by-reducing',
      one: order.reduce_only === true ? 'reduce_only true' : 'close_on_trigger true',
      other: `its fills opened position ${fact.id}`,
    }));
}

/** Why a position ended against the order that ended it; of an exit by the bot itself nothing else tells why. */
function exitReason({ fact, parts }: Traded): readonly BetweenRows[] {
  const kind = fact.row.exit_kind;
  const exits = parts.filter(({ fill }) => sideOf(fill.side) !== fact.side).map(({ order }) => order);
  const [only] = exits;
  if (fact.closedAt === null || kind === null) return [];
  const head = {
    what: 'exit-reason',
    entity: 'position',
    id: fact.id,
    symbol: fact.symbol,
    at: fact.closedAt,
  } as const;
  const one = `exit_reason ${fact.exitReason ?? ''}`;
  if (kind === 'target' && isKnown(fact.gross) && money(fact.gross.value).isNegative())
    return [{ ...head, one, other: `it lost ${amount(money(fact.gross.value).abs())} before costs` }];
  if (only === undefined || exits.some((order) => order?.id !== only.id)) return [];
  const isOther = isTarget(only)
    ? BY_ITSELF.has(kind) || kind === 'stop' || kind === 'trailing'
    : isStop(only) && (BY_ITSELF.has(kind) || kind === 'target');
  return isOther
    ? [{ ...head, one, other: `its ${isTarget(only) ? 'target' : 'stop'} ${only.id} closed it` }]
    : [];
}
