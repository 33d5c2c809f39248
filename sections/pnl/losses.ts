import { money, ZERO, type Money } from '../../audit/decimal.ts';
import { positiveOrNull } from '../shared/facts/row-values.ts';
import type { StopChangeRow } from '../shared/queries/trading-rows.ts';
import type { Input } from './facts.ts';
import type { Result } from '../shared/facts/closed-results.ts';

export interface LossLimit {
  readonly value: Money;
  readonly by: 'configuration' | 'limit of the bot';
}

/** The operator's limit before the bot's own. */
export function lossLimit(kind: 'dailyLoss' | 'perTradeLoss', { bot, rows }: Input): LossLimit | null {
  const configured = bot.limits[kind];
  if (configured !== null) return { value: money(configured), by: 'configuration' };
  const name =
    kind === 'dailyLoss'
      ? /^(max[ _-]?)?daily[ _-]?loss([ _-]?limit)?$/i
      : /^(max[ _-]?)?(per|single)[ _-]?trade[ _-]?loss([ _-]?limit)?$/i;
  const own = rows.limits.ok ? rows.limits.rows.find((row) => name.test(row.name)) : undefined;
  const value = own ? positiveOrNull(own.value) : null;
  return value === null ? null : { value, by: 'limit of the bot' };
}

/** The deepest point of one UTC day, from 00:00 UTC to the end of the window, as far as the data reach. */
export interface DayLoss {
  readonly day: string;
  /** Positive: lost at the worst moment; 0 when there was none. */
  readonly loss: Money;
  readonly at: number | null;
  /** When the loss first passed the limit; null when it did not. */
  readonly breachedAt: number | null;
}

/** Worst UTC day against the limit, on net results of closed positions (catalogue PN8). */
export function worstDay(results: readonly Result[], limit: Money | null): DayLoss | null {
  let worst: DayLoss | null = null;
  let day = '';
  let total = ZERO;
  let current: DayLoss = { day, loss: ZERO, at: null, breachedAt: null };
  for (const { closedAt, net } of results) {
    const today = new Date(closedAt).toISOString().slice(0, 10);
    if (today !== day) {
      day = today;
      total = ZERO;
      current = { day, loss: ZERO, at: null, breachedAt: null };
    }
    total = total.plus(net);
    const loss = total.neg();
    if (loss.greaterThan(current.loss)) current = { ...current, loss, at: closedAt };
    if (limit && current.breachedAt === null && loss.greaterThan(limit))
      current = { ...current, breachedAt: closedAt };
    if (worst === null || current.loss.greaterThan(worst.loss) || current.day === worst.day) worst = current;
  }
  return worst;
}

export interface LargeLoss {
  readonly result: Result;
  readonly loss: Money;
  /** What the initial stop would have cost; null when no first stop is recorded. */
  readonly plan: Money | null;
  readonly ofPlan: number | null;
  readonly ofEquityPercent: number | null;
  readonly overLimit: boolean;
}

/** Losses over the per-trade limit, over twice the plan, or over 5 % of equity (catalogue PN-03). */
export function largeLosses(
  results: readonly Result[],
  limit: Money | null,
  equityAt: (venue: string, at: number) => Money | null,
  input: Input,
): readonly LargeLoss[] {
  const { settings } = input;
  const stops = firstStops(input.rows.stopChanges.ok ? input.rows.stopChanges.rows : []);
  return results
    .filter(({ net }) => net.isNegative())
    .map((result): LargeLoss => {
      const loss = result.net.abs();
      const stop = stops.get(result.fact.id);
      const plan = stop ? stop.minus(result.fact.entryPrice).abs().times(result.fact.quantity) : null;
      const equity = equityAt(result.fact.venue, result.closedAt);
      return {
        result,
        loss,
        plan,
        ofPlan: plan?.greaterThan(0) === true ? loss.div(plan).toNumber() : null,
        ofEquityPercent: equity?.greaterThan(0) === true ? loss.div(equity).times(100).toNumber() : null,
        overLimit: limit !== null && loss.greaterThan(limit),
      };
    })
    .filter(
      ({ overLimit, ofPlan, ofEquityPercent }) =>
        overLimit ||
        (ofPlan ?? 0) > settings.tradeLossOfPlan ||
        (ofEquityPercent ?? 0) > settings.tradeLossEquityPercent,
    )
    .sort((a, b) => b.loss.comparedTo(a.loss));
}

function firstStops(changes: readonly StopChangeRow[]): ReadonlyMap<string, Money> {
  const first = new Map<string, Money>();
  for (const { position_id: id, kind, new_price: price } of changes) {
    const stop = positiveOrNull(price);
    if (kind === 'placed' && stop && !first.has(id)) first.set(id, stop);
  }
  return first;
}
