import { money, type Money } from '../../audit/decimal.ts';
import type { BotLimits } from '../../audit/evidence.ts';
import type { Rows } from '../../audit/section.ts';
import type { LimitRow } from '../shared/queries/trading-rows.ts';
import { positiveOrNull } from '../shared/facts/row-values.ts';

/** A limit with who set it. */
export interface Limit {
  readonly value: Money;
  readonly source: 'configuration' | 'limit of the bot';
}

export interface TradingLimits {
  readonly positions: Limit | null;
  readonly exposure: Limit | null;
  readonly leverage: Limit | null;
}

/** The operator's limits before the bot's own. A limit of a single symbol or venue is not the bot's. */
export function tradingLimits(limits: BotLimits, rows: Rows<LimitRow>): TradingLimits {
  const whole = (rows.ok ? rows.rows : []).filter(
    ({ scope }) => scope === null || /^(bot|global|total|account|all|)$/i.test(scope),
  );
  const ofBot = (pattern: RegExp): Limit | null => {
    const value = positiveOrNull(whole.find(({ name }) => pattern.test(name))?.value ?? null);
    return value === null ? null : { value, source: 'limit of the bot' };
  };
  const configured = (value: string | number | null): Limit | null =>
    value === null ? null : { value: money(value), source: 'configuration' };
  return {
    positions:
      configured(limits.maxPositions) ??
      ofBot(/^max(imum)?[ _-]?(open|concurrent)?[ _-]?(positions|trades)$/i),
    exposure: configured(limits.exposure) ?? ofBot(/exposure/i),
    leverage: configured(limits.leverage) ?? ofBot(/leverage/i),
  };
}
