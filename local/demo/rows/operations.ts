import { money } from '../../../audit/decimal.ts';
import { amount, sum } from '../../../audit/decimal.ts';
import { DEMO_LIMITS, HEARTBEAT_INTERVAL_S, INSTRUMENTS, VENUES } from '../instruments.ts';
import { MINUTE_MS, SHIFT_MS } from '../shifts.ts';
import { closedAt, feeOf, openedAt, resultOf } from '../trade.ts';
import { firstHour, type DemoRow, type World } from '../world.ts';
import { timeCell, within } from './time-cells.ts';

/** The bot's processes; each writes a heartbeat a minute. */
const SERVICES = ['trader', 'stop-keeper'] as const;
const VERSION = '2.14.1';

/** From the first entry that the history holds on: a bot that trades is alive. */
export function heartbeatRows(world: World): DemoRow[] {
  const silences = world.silences.filter(({ entity }) => entity === 'heartbeat');
  const rows: DemoRow[] = [];
  for (let at = firstHour(world); at < world.asOf; at += HEARTBEAT_INTERVAL_S * 1_000) {
    SERVICES.forEach((service, index) => {
      const beat = at + 5_030 + 12_400 * index;
      if (within(beat, silences)) return;
      const cycle = 1_000 + (at - world.from) / (HEARTBEAT_INTERVAL_S * 1_000);
      rows.push({
        at: timeCell(beat),
        service,
        cycle,
        status: 'ok',
        instance_id: `${service}-0`,
        version: VERSION,
      });
    });
  }
  return rows;
}

export function alertRows(world: World): DemoRow[] {
  return world.alerts.map((alert) => ({
    at: timeCell(alert.at),
    severity: alert.severity,
    text: alert.text,
    symbol: alert.symbol,
    channel: 'telegram',
    delivered: true,
    acknowledged_at: timeCell(alert.acknowledgedAt),
    blocked_reason: null,
  }));
}

export function instrumentRows(): DemoRow[] {
  return VENUES.flatMap((exchange) =>
    INSTRUMENTS.map(({ symbol, priceDecimals, quantityDecimals }) => ({
      exchange,
      symbol,
      contract: 'linear',
      base: symbol.replace(/USDT$/, ''),
      quote: 'USDT',
      contract_size: '1',
      settle_currency: 'USDT',
      price_tick: money(10).pow(-priceDecimals).toFixed(),
      quantity_step: money(10).pow(-quantityDecimals).toFixed(),
      min_notional: '5',
      valid_from: null,
      same_as: null,
    })),
  );
}

export function limitRows(): DemoRow[] {
  const { maxPositions, dailyLoss, perTradeLoss, exposure, leverage, maxAgeH } = DEMO_LIMITS;
  return [
    { name: 'max_positions', value: maxPositions, scope: 'bot', scope_value: '', unit: 'positions' },
    { name: 'daily_loss', value: dailyLoss, scope: 'bot', scope_value: '', unit: 'USDT' },
    { name: 'per_trade_loss', value: perTradeLoss, scope: 'bot', scope_value: '', unit: 'USDT' },
    { name: 'exposure', value: exposure, scope: 'bot', scope_value: '', unit: 'USDT' },
    { name: 'leverage', value: leverage, scope: 'bot', scope_value: '', unit: 'x' },
    { name: 'max_age', value: maxAgeH, scope: 'bot', scope_value: '', unit: 'h' },
  ];
}

const STATES = [
  ['kill_switch', 'off'],
  ['circuit_breaker', 'closed'],
  ['global_blocker', 'off'],
  ['trading_enabled', 'true'],
  ['exchange_filters', 'fresh'],
] as const;

const FILTERS_AGE_S = '41';

/** The switches, written at the start of every shift and hour. */
export function stateRows(world: World): DemoRow[] {
  const silences = world.silences.filter(({ entity }) => entity === 'event');
  const rows: DemoRow[] = [];
  for (let at = world.from + 750; at < world.asOf; at += 60 * MINUTE_MS) {
    if (within(at, silences)) continue;
    for (const [name, value] of STATES) {
      rows.push({
        at: timeCell(at),
        name,
        value,
        since: timeCell(world.from - 3 * SHIFT_MS),
        by: 'operator',
        reason: null,
        failures: 0,
        threshold: name === 'circuit_breaker' ? 5 : null,
        // Read again at each full hour, and the states a moment later.
        age_s: name === 'exchange_filters' ? FILTERS_AGE_S : null,
      });
    }
  }
  return rows;
}

/** Mark prices by minute, on both venues, in the order in which the bot writes them. */
export function priceRows(world: World): DemoRow[] {
  const { market } = world;
  const rows: DemoRow[] = [];
  for (let minute = world.from; minute <= world.asOf; minute += MINUTE_MS) {
    const at = timeCell(minute);
    for (const { symbol } of INSTRUMENTS) {
      const [before, mark] = [market.markAt(symbol, minute - MINUTE_MS), market.markAt(symbol, minute)];
      const price = market.quote(symbol, mark);
      const high = market.quote(symbol, Math.max(before, mark));
      const low = market.quote(symbol, Math.min(before, mark));
      for (const exchange of VENUES) rows.push({ symbol, at, price, exchange, kind: 'mark', high, low });
    }
  }
  return rows;
}

/** The bot's own totals of each shift, written at its end: they must agree with the rows. */
export function totalRows(world: World): DemoRow[] {
  return world.shifts.flatMap(({ from, to }) =>
    Object.entries(totalsBetween(world, from, to)).map(([name, value]) => ({
      at: timeCell(to),
      name,
      value,
      scope: 'shift',
      covers_from: timeCell(from),
      covers_to: timeCell(to),
    })),
  );
}

/** What the bot counts of itself in a time. */
export function totalsBetween(world: World, from: number, to: number): Readonly<Record<string, string>> {
  const inside = (at: number | null): boolean => at !== null && at >= from && at < to;
  const closed = world.trades.filter((trade) => inside(closedAt(trade)));
  const fills = world.trades.flatMap((trade) => trade.fills).filter((fill) => inside(fill.at));
  return {
    positions_opened: String(world.trades.filter((trade) => inside(openedAt(trade))).length),
    positions_closed: String(closed.length),
    net_pnl: amount(sum(closed.map((trade) => resultOf(trade, world.market).net))),
    fees_paid: amount(sum(fills.map(feeOf))),
  };
}
