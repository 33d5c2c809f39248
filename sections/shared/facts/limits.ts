import { money, type Money } from '../../../audit/decimal.ts';
import type { BotFacts, BotLimits } from '../../../audit/evidence.ts';
import type { Rows } from '../../../audit/section.ts';
import type { Kind } from '../../../audit/word-kinds.ts';
import type { LimitRow } from '../queries/trading-rows.ts';
import { positiveOrNull } from './row-values.ts';

/** A limit of the whole bot, in the unit of its kind, with who set it. */
export interface Limit {
  readonly value: Money;
  readonly by: 'configuration' | 'limit of the bot';
}

interface Source {
  readonly bot: Pick<BotFacts, 'limits' | 'quoteCurrency'>;
  readonly rows: { readonly limits: Rows<LimitRow> };
}

const CONFIGURED: Readonly<Record<Kind<'limit_kind'>, keyof BotLimits>> = {
  max_positions: 'maxPositions',
  daily_loss: 'dailyLoss',
  per_trade_loss: 'perTradeLoss',
  exposure: 'exposure',
  leverage: 'leverage',
  max_age: 'maxAgeH',
};

/**
 * The operator's limit before the bot's own, of which the strictest counts. What a bot limits for one exchange, symbol or
 * strategy is no limit of the whole, and neither is a number in another unit.
 */
export function limitOf(kind: Kind<'limit_kind'>, { bot, rows }: Source): Limit | null {
  const configured = bot.limits[CONFIGURED[kind]];
  if (configured !== null) return { value: money(configured), by: 'configuration' };
  const [strictest] = (rows.limits.ok ? rows.limits.rows : [])
    .filter((row) => row.kind === kind && (row.scope ?? 'bot') === 'bot' && hasUnitOf(kind, row, bot))
    .flatMap((row) => positiveOrNull(row.value) ?? [])
    .sort((a, b) => a.comparedTo(b));
  return strictest ? { value: strictest, by: 'limit of the bot' } : null;
}

/** Counts and leverage have one unit; an age is in hours and a sum in quote currency unless the row says otherwise. */
function hasUnitOf(kind: Kind<'limit_kind'>, { unit }: LimitRow, { quoteCurrency }: Source['bot']): boolean {
  const word = (unit ?? '').trim().toLowerCase();
  if (word === '' || kind === 'max_positions' || kind === 'leverage') return true;
  return kind === 'max_age'
    ? ['h', 'hour', 'hours'].includes(word)
    : ['quote', quoteCurrency.toLowerCase()].includes(word);
}
