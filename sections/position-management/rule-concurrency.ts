import { sum } from '../../audit/decimal.ts';
import type { FindingDraft } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { exposureOf, notionalMinutes, withExposure } from '../shared/vocabulary/exposure-modifier.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { ruleFigures } from '../shared/vocabulary/rule-figures.ts';
import { concurrencyOf } from './concurrency.ts';
import type { Facts, Input } from './facts.ts';

/** PM-01: more positions at once than the limit allows. */
export function maxConcurrent(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const { source, positions, limits } = facts;
  if (!source.ok || limits.positions === null) return [];
  const limit = limits.positions.value.toNumber();
  const concurrency = concurrencyOf(positions, input.window);
  if (concurrency.max <= limit) return [];
  const figure = ruleFigures(out, {
    rule: 'PM-01',
    exchange: null,
    basis: source.basis,
    queries: source.queries,
    currency: input.bot.quoteCurrency,
  });
  const spells = spellsAbove(concurrency.steps, limit, ms(input.window.to));
  const aboveMs = spells.reduce((total, { from, to }) => total + to - from, 0);
  const most = figure(
    'most_open',
    concurrency.max,
    'count',
    'Most open at once',
    'see positions_max_concurrent',
  );
  const bound = figure(
    'limit',
    limit,
    'count',
    `Limit of open positions (${limits.positions.source})`,
    'as set',
  );
  const above = figure(
    'time_above',
    aboveMs / 1000,
    's',
    'Time above the limit',
    'sum of the time with more open positions than the limit',
  );
  const first = spells[0]?.from ?? concurrency.maxAt;
  const entries = positions.filter(
    ({ openedAt }) => openedAt >= first - 60_000 && openedAt <= concurrency.maxAt,
  );
  const raced = entries.some(
    (fact, index) =>
      index > 0 && fact.openedAt - (entries[index - 1]?.openedAt ?? 0) <= input.settings.entryRaceMs,
  );
  const breaching = positions.filter(({ openedAt }) =>
    spells.some(({ from, to }) => openedAt >= from && openedAt < to),
  );
  const end = ms(input.window.to);
  // What was opened above the limit, for as long as it was exceeded. The ladder grades the excess, so a small exposure
  // does not lower it.
  const { severity, note } = withExposure(
    concurrency.max > limit * input.settings.concurrentCriticalFactor ? 'CRITICAL' : 'HIGH',
    exposureOf(
      sum(
        breaching.flatMap((fact) =>
          spells.map(({ from, to }) =>
            notionalMinutes(
              fact.notional,
              Math.max(0, Math.min(to, fact.closedAt ?? end) - Math.max(from, fact.openedAt)),
            ),
          ),
        ),
      ),
      facts.market.equityAt(null, first),
    ),
    { lowers: false },
    figure,
  );
  const evidence = out.dataset({
    id: 'position-management.above-limit',
    title: 'Positions opened above the limit',
    columns: [
      { key: 'position', title: 'Position', unit: 'text' },
      { key: 'exchange', title: 'Exchange', unit: 'text' },
      { key: 'symbol', title: 'Symbol', unit: 'text' },
      { key: 'strategy', title: 'Strategy', unit: 'text' },
      { key: 'opened', title: 'Opened', unit: 'time' },
      { key: 'notional', title: 'Notional', unit: 'money', currency: input.bot.quoteCurrency },
    ],
    rows: breaching.map((fact) => [
      fact.id,
      fact.venue,
      fact.symbol,
      fact.strategy,
      iso(fact.openedAt),
      fact.notional.toFixed(),
    ]),
    queries: source.queries,
  });
  const occurrences = spells.map(({ from, to }) => ({ subject: 'bot', at: iso(from), until: iso(to) }));
  return [
    {
      venue: null,
      severity,
      cause: rootCause(
        [
          {
            id: 'entry-race',
            text: text`Entries check the limit and act on it later, so that two of them can pass the same check.`,
            predicates: [
              {
                text: `two entries within ${String(input.settings.entryRaceMs)} ms on the way to the maximum`,
                held: raced,
              },
              {
                text: 'the limit is one of the bot itself, so it was to be enforced',
                held: limits.positions.source === 'limit of the bot' ? true : null,
              },
            ],
          },
          {
            id: 'limit-not-enforced',
            text: text`The limit is not enforced when a position is opened.`,
            predicates: [
              { text: 'entries on the way to the maximum came one after the other', held: !raced },
            ],
          },
        ],
        text`The data does not say why entries went past the limit.`,
      ),
      title: text`${most} positions open at once, the limit is ${bound}`,
      description: text`At most ${most} positions were open at once; the limit is ${bound}. It was exceeded for ${above} of the window.${note}`,
      occurrences,
      evidence,
      impact: {
        financial: text`More capital is bound than was planned for.`,
        operational: text`Every further entry is sized against a limit that does not hold.`,
        risk: text`A common move of the market hits more positions than the risk plan allows.`,
      },
      detection: detectionOf(input.rows.alerts, occurrences),
      recommendation: text`Reserve a slot in the same transaction that sends the entry order, and let one process alone open positions.`,
      verification: text`The largest number of open positions stays at or below ${bound} in the next windows.`,
      see: {
        language: 'sql',
        text: `select id, exchange, symbol, opened_at, closed_at\nfrom position\nwhere opened_at <= '${iso(concurrency.maxAt)}'\n  and (closed_at is null or closed_at > '${iso(concurrency.maxAt)}')\norder by opened_at;`,
      },
      effort: 'medium',
    },
  ];
}

function spellsAbove(
  steps: readonly { readonly at: number; readonly count: number }[],
  limit: number,
  end: number,
): readonly { readonly from: number; readonly to: number }[] {
  const spells: { from: number; to: number }[] = [];
  steps.forEach(({ at, count }, index) => {
    if (count <= limit) return;
    const to = steps[index + 1]?.at ?? end;
    const last = spells.at(-1);
    if (last?.to === at) last.to = to;
    else spells.push({ from: at, to });
  });
  return spells;
}
