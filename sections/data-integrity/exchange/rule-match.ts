import type { Severity } from '../../../audit/finding.ts';
import type { Hypothesis } from '../../../audit/root-cause.ts';
import { sum } from '../../../audit/decimal.ts';
import { text } from '../../../audit/text.ts';
import { missing } from '../../../audit/value.ts';
import { quoted } from '../../shared/vocabulary/finding-query.ts';
import { num } from '../../shared/vocabulary/number.ts';
import { groupsByVenue, rule } from '../../shared/vocabulary/rule.ts';
import { names, noun } from '../../shared/vocabulary/words.ts';
import type { Facts } from '../facts.ts';
import type { Input } from '../input.ts';
import { allFound } from './facts.ts';
import type { Match, MatchKind } from './position-match.ts';
import { FROM, matchTable } from './statistics.ts';

export interface MatchRule {
  readonly id: string;
  readonly title: string;
  readonly condition: string;
  readonly kinds: readonly MatchKind[];
  /** `is open in the bot's rows and flat at the exchange`, for one and for several. */
  readonly says: readonly [one: string, many: string];
  readonly severity: (found: readonly Match[]) => Severity;
  readonly causes: (found: readonly Match[], input: Input) => readonly Hypothesis[];
  readonly risk: string;
  readonly recommendation: (symbols: string, place: string) => string;
}

/** One rule a kind of difference between the bot's positions and the exchange's. */
export function matchRule(kind: MatchRule) {
  return rule<Facts, Input>()({
    id: kind.id,
    title: kind.title,
    dimension: 'integrity',
    condition: kind.condition,
    effort: 'medium',
    unseen: ({ exchange }) => exchange.why,
    find: ({ exchange }) =>
      groupsByVenue(
        allFound(exchange.positions).filter((match) => kind.kinds.includes(match.kind)),
        ({ venue }) => venue,
      ),
    from: FROM,
    numbers: ({ found }) => ({
      positions: num.count(`${kind.title}s`, found.length, kind.condition),
      match_notional: num.money(
        'Notional of these positions',
        notionalOf(found),
        'sum of quantity x entry price',
      ),
    }),
    stake: 'match_notional',
    severity: ({ found }) => kind.severity(found),
    causes: ({ found, input }) => kind.causes(found, input),
    otherwise: 'Neither side records what made them differ.',
    occurrence: ({ symbol, at }, { input }) => ({ subject: symbol, at, until: input.window.to }),
    standing: true,
    explainedBy: () => [{ rule: 'DI-04', sameSubject: true }],
    evidence: {
      id: `data-integrity.${kind.id.toLowerCase()}`,
      title: `${kind.title}s`,
      table: matchTable,
    },
    // What the bot has of the whole exchange, since of an untracked position it has no row.
    see: ({ found, venue, input }) =>
      `select id, exchange, symbol, side, status, quantity, entry_price, opened_at, closed_at, updated_at\nfrom position\nwhere exchange = ${quoted(venue ?? '')} and (closed_at is null or closed_at >= '${input.window.from}')\norder by symbol in (${[...new Set(found.map(({ symbol }) => symbol))].slice(0, 12).map(quoted).join(', ')}) desc, closed_at desc nulls first, symbol\nlimit 50;`,
    words: (n, { found, place }) => {
      const symbols = names(found.map(({ symbol }) => symbol));
      const says = kind.says[found.length === 1 ? 0 : 1];
      return {
        title: text`${n.positions} ${noun(found.length, 'position')} on ${place} ${says}`,
        description: text`${symbols}: ${n.positions} ${noun(found.length, 'position')} ${says}; none may.${detailsOf(found)}`,
        financial: text`${n.match_notional} are not what the bot takes them for.`,
        operational: 'Every number of the bot that stands on these positions is wrong.',
        risk: kind.risk,
        detection: 'No alert is known to have fired for a difference from the exchange.',
        recommendation: kind.recommendation(symbols, place),
        verification: 'The next state of the exchange has the positions that the bot has.',
      };
    },
  });
}

function notionalOf(found: readonly Match[]) {
  const values = found.flatMap(({ notional }) => notional ?? []);
  return values.length < found.length
    ? missing('inadequate_basis', 'a position without a known size or price')
    : sum(values);
}

function detailsOf(found: readonly Match[]): string {
  const details = found.flatMap(({ symbol, differs }) =>
    differs.length === 0 ? [] : [`${symbol} in ${differs.join(', ')}`],
  );
  return details.length === 0 ? '' : ` They differ: ${details.slice(0, 3).join('; ')}.`;
}
