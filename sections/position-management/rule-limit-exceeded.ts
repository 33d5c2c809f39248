import type { Unit } from '../../audit/figure.ts';
import { text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { amount } from '../../audit/decimal.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { quoted } from '../shared/vocabulary/finding-query.ts';
import type { NumberSpec } from '../shared/vocabulary/number.ts';
import { hypothesis, joined, rule, type Group } from '../shared/vocabulary/rule.ts';
import { capitalised, names, venueSlug } from '../shared/vocabulary/words.ts';
import { aboveLimitTable, type Facts } from './facts.ts';
import type { Input } from './input.ts';
import { isOver, limitName, type LimitUse } from './limit-uses.ts';
import { maxConcurrent } from './rule-max-concurrent.ts';

const UNIT: Readonly<Record<LimitUse['kind'], Unit>> = {
  max_positions: 'count',
  max_position_size: 'money',
  max_age: 'h',
  exposure: 'money',
  leverage: 'ratio',
};

/** Exposure, leverage, size and age over a limit, and any limit of one exchange, symbol or strategy. */
const held = rule<Facts, Input>()({
  id: 'PM-01',
  title: maxConcurrent.title,
  dimension: 'risk',
  condition: maxConcurrent.condition,
  effort: 'medium',
  find: ({ uses }) =>
    [uses.positions, uses.size, uses.exposure, uses.leverage, uses.closedAge]
      .flatMap((one) => one.uses)
      .filter((use) => isOver(use) && !(use.kind === 'max_positions' && use.limit.scope === 'bot'))
      .map(groupOf),
  from: ({ from }) => from,
  numbers: ({ of: use }) => ({
    peak: number(use, `Most ${limitName(use)}`, amount(use.peak), 'highest point of the window'),
    limit: number(use, `Limit of ${limitName(use)} (${use.limit.by})`, amount(use.limit.value), 'as set'),
    peak_at: { unit: 'time', title: 'When', value: iso(use.at), formula: 'first time of the highest point' },
  }),
  severity: ({ of: { kind, peak, limit }, input }) => {
    // It is closed, so nothing of it is at risk any more.
    if (kind === 'max_age') return 'MEDIUM';
    return peak.greaterThan(limit.value.times(input.settings.concurrentCriticalFactor)) ? 'CRITICAL' : 'HIGH';
  },
  causes: ({ of: { limit } }) => [
    hypothesis('limit-not-enforced', 'The limit is not enforced when an order is sent.', [
      'the limit is one of the bot itself, so it was to be enforced',
      limit.by === 'limit of the bot' ? true : null,
    ]),
  ],
  otherwise: 'The data does not say why what was held went past the limit.',
  occurrence: (fact, { of: use }) => ({ subject: fact.symbol, at: Math.max(fact.openedAt, use.at) }),
  evidence: {
    id: 'position-management.over-limit',
    suffix: ({ of: use }) => venueSlug(limitName(use).replaceAll(' ', '-').toLowerCase()),
    title: ({ of: use }) => `Held over the limit: ${limitName(use)}`,
    table: aboveLimitTable,
  },
  see({ of: { at } }) {
    const time = quoted(iso(at));
    return `select id, exchange, symbol, quantity, entry_price, leverage, opened_at, closed_at\nfrom position\nwhere opened_at <= ${time}\n  and (closed_at is null or closed_at > ${time})\norder by opened_at;`;
  },
  words: (n, { of: use, found, input, occurrences }) => ({
    title: text`${capitalised(limitName(use))} reached ${n.peak}, the limit is ${n.limit}`,
    description: text`${capitalised(limitName(use))} was ${n.peak} at ${n.peak_at}; the limit is ${n.limit} (${use.limit.by}). Held then: ${names(found.map(({ symbol }) => symbol))}.`,
    ...(use.kind === 'max_age' ? ofAge(names(found.map(({ symbol }) => symbol))) : OF_HOLDINGS),
    detection: detectionOf(input, occurrences),
    verification: text`${capitalised(limitName(use))} stays at or below ${n.limit} in the next windows.`,
  }),
});

const OF_HOLDINGS = {
  financial: 'More is at stake than was planned for.',
  operational: 'Every further entry is sized against a limit that does not hold.',
  risk: 'A move of the market costs more than the risk plan allows, and liquidation is nearer.',
  recommendation:
    'Compute what is held and what an order would add before it is sent, in one place for all that trade, and refuse what passes the limit.',
};
const ofAge = (symbols: string) => ({
  financial: 'What it cost after its limit stands in the results.',
  operational: 'It held a slot that a new position could have used.',
  risk: 'A position that outlives its limit is carried by chance, and pays funding meanwhile.',
  recommendation: `Exit at market when a position reaches its longest age, and look at why ${symbols} did not.`,
});

/** What was held goes past one of its limits (catalogue PM-01, P4 and P6). */
export const limitExceeded = joined(maxConcurrent, held);

function groupOf(use: LimitUse): Group<PositionFact, LimitUse> {
  const { limit, carrier, kind } = use;
  const venue =
    limit.scope === 'exchange' ? limit.of : carrier === null || carrier === 'row' ? null : carrier.venue;
  const part = limit.of === null ? {} : { [limit.scope]: limit.of };
  return {
    venue,
    found: use.held,
    of: use,
    labels: { limit: kind, ...part, ...(carrier === 'row' && { of: 'position' }) },
    kind: venueSlug(limitName(use).replaceAll(' ', '-').toLowerCase()),
  };
}

function number({ kind }: LimitUse, title: string, value: string, formula: string): NumberSpec {
  const unit = UNIT[kind];
  return { unit, title, value: unit === 'money' ? value : Number(value), formula };
}
