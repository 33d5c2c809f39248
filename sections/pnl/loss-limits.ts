import { sum } from '../../audit/decimal.ts';
import { known, missing, type Missing, type Value } from '../../audit/value.ts';
import type { Rows } from '../../audit/section.ts';
import type { Closed, Result } from '../shared/facts/closed-results.ts';
import { covers, limitOf, limitOn, limitsOf, type Limit } from '../shared/facts/limits.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import { plannedLoss } from '../shared/facts/planned-loss.ts';
import { noLimit } from '../shared/vocabulary/unread-words.ts';
import { dayOf, earlierToday, worstDay, worstFall, type EarlierToday } from './day-loss.ts';
import type { Input } from './input.ts';

export type LimitUse = ReturnType<typeof limitUse>;

/** Of the whole bot, then of each part with a limit of its own: what the UTC days lost until the window's end. */
export function limitUses(closed: Closed, input: Input) {
  const earlier = earlierToday(closed, input);
  const { limits, unread } = limitsOf('daily_loss', input);
  const parts = limits.filter(({ scope }) => scope !== 'bot');
  return {
    limitUse: limitUse(closed, earlier, limitOf('daily_loss', input), input),
    limitUsesOfParts: parts.map((limit) => limitUse(closed, earlier, limit, partOf(input, limit))),
    /** Why a limit of losses could not be compared. */
    unreadLimits: unread ?? limitsOf('per_trade_loss', input).unread,
  };
}

/** The equity and transfers of one exchange; a symbol or strategy has none of its own. */
function partOf(input: Input, { scope, of }: Limit): Input {
  const isPart = (row: { readonly exchange: string | null }): boolean =>
    scope === 'exchange' && venueOf(row.exchange) === of;
  const here = <Row extends { readonly exchange: string | null }>(rows: Rows<Row>): Rows<Row> =>
    rows.ok ? { ok: true, rows: rows.rows.filter(isPart) } : rows;
  const { equity, dayEquity, transfers } = input.rows;
  return {
    ...input,
    rows: { ...input.rows, equity: here(equity), dayEquity: here(dayEquity), transfers: here(transfers) },
  };
}

function limitUse(closed: Closed, earlier: EarlierToday, limit: Limit | null, input: Input) {
  const source = input.shared.positions;
  const isHere = (fact: Parameters<typeof covers>[1]): boolean => limit === null || covers(limit, fact);
  const all = [...(earlier.ok ? earlier.results : []), ...closed.results].filter(({ fact }) => isHere(fact));
  const day = closed.gap === null && earlier.ok ? worstDay(all, limit?.value ?? null) : null;
  const everywhere = [earlier, source].flatMap((one) => (one.ok ? one.positions : []));
  const seen = worstFall(input, limit?.value ?? null, everywhere);
  const doubt = transferDoubt(input);
  const fall = doubt === null ? seen : null;
  const byEquity = fall?.loss.greaterThan(day?.loss ?? 0) === true;
  const deepest = byEquity ? fall : day;
  const used = (): Value<number> => {
    const reason = source.ok ? (closed.gap ?? (earlier.ok ? null : earlier)) : source;
    if (reason) return reason;
    if (!limit) return missing('no_data', noLimit('no daily loss limit is configured', input));
    const warning = limit.value.times(input.settings.lossWarnPercent / 100);
    if (doubt && seen?.loss.greaterThan(warning) === true) return doubt;
    return known(deepest ? deepest.loss.div(limit.value).times(100).toNumber() : 0);
  };
  const isOfDay = (at: number): boolean => dayOf(at) === deepest?.day;
  const positions = everywhere.filter(isHere);
  const openings = new Map(positions.map(({ id, openedAt }) => [id, openedAt]));
  const breachedAt = deepest?.breachedAt ?? Infinity;
  return {
    limit,
    earlier,
    day,
    fall,
    deepest,
    byEquity,
    /** Used share of the limit in percent; without a limit nobody can say. */
    used: used(),
    /** Of the deepest day. */
    results: all.filter(({ closedAt }) => isOfDay(closedAt)),
    /** Positions that were opened on that day after its loss had passed the limit. */
    openedAfter: [...openings.values()].filter((at) => at > breachedAt && isOfDay(at)).length,
  };
}

/** Why a fall of equity may be a withdrawal; null when transfers are known, or when the table of them is empty. */
function transferDoubt({ rows: { transfers } }: Input): Missing | null {
  if (transfers.ok || transfers.reason === 'no_data') return null;
  return missing(
    transfers.reason,
    `equity fell by a large part of the limit, and whether money was withdrawn is not known: ${transfers.detail ?? transfers.reason}`,
  );
}

/** Mean net result in multiples of what the first stop would have cost, over the closed positions of which that is known (PN6). */
export function meanInRisk(results: readonly Result[], { shared: { protection } }: Pick<Input, 'shared'>) {
  const positions = protection.ok ? protection.positions : [];
  const plans = new Map(positions.map((position) => [position.fact.id, plannedLoss(position)]));
  const multiples = results.flatMap(({ fact, net }) => {
    const plan = plans.get(fact.id) ?? null;
    return plan === null ? [] : [net.div(plan)];
  });
  return multiples.length === 0
    ? null
    : { n: multiples.length, mean: sum(multiples).div(multiples.length).toNumber() };
}

/** Losses over the per-trade limit, over a multiple of the plan, or over a share of equity (catalogue PN-03). */
export function largeLosses(
  results: readonly Result[],
  limits: readonly Limit[],
  { settings, shared: { market, protection } }: Input,
) {
  const positions = protection.ok ? protection.positions : [];
  const byId = new Map(positions.map((position) => [position.fact.id, position]));
  const isTraced = protection.ok && (protection.evidence === 'orders' || protection.evidence === 'changes');
  return results
    .filter(({ net }) => net.isNegative())
    .map((result) => {
      const { id, venue } = result.fact;
      const loss = result.net.abs();
      const position = byId.get(id);
      const plan = position ? plannedLoss(position) : null;
      const equity = market.equityAt(venue, result.closedAt);
      return {
        result,
        loss,
        /** The strictest limit of one trade that it falls under. */
        limit: limitOn(limits, result.fact),
        /** Multiple of what the first stop would have cost; null where no first stop is known. */
        ofPlan: plan === null ? null : loss.div(plan).toNumber(),
        /** A stop was sent or recorded for it; null where this bot leaves no trace of single stops. */
        hadStop: position && isTraced ? position.stops.length + position.changes.length > 0 : null,
        ofEquityPercent: equity?.greaterThan(0) === true ? loss.div(equity).times(100).toNumber() : null,
      };
    })
    .filter(
      ({ loss, limit, ofPlan, ofEquityPercent }) =>
        (limit !== null && loss.greaterThan(limit.value)) ||
        (ofPlan ?? 0) > settings.tradeLossOfPlan ||
        (ofEquityPercent ?? 0) > settings.tradeLossEquityPercent,
    )
    .sort((a, b) => b.loss.comparedTo(a.loss));
}
