import type { Block, MetricRow, Part } from '../../audit/block.ts';
import { figureKey } from '../../audit/figure.ts';
import type { Finding } from '../../audit/finding.ts';
import { formatReason } from '../../audit/format.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text, type Text } from '../../audit/text.ts';
import { isKnown } from '../../audit/value.ts';
import { ordersQuery } from '../shared/queries/trading.ts';
import { findingsPart } from '../shared/vocabulary/findings-part.ts';
import { unseenNote, unseenPart } from '../shared/vocabulary/unseen.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { capitalised, metricRow, venueColumns } from '../shared/vocabulary/venue-figures.ts';
import { exitGroups } from './exits.ts';
import type { Facts, Input } from './facts.ts';
import { reconstructedChart, snapshotChart } from './open-chart.ts';

/** How the section is shown: statistics, charts, exits, failed entries, findings. */
export function parts(
  facts: Facts,
  input: Input,
  out: Output,
  findings: readonly Finding[],
  rules: number,
): readonly Part[] {
  const { source } = facts;
  const seen = source.ok || input.bot.sources.database !== 'none';
  return [
    {
      title: 'Statistics',
      blocks: [
        ...(seen
          ? [...notes(facts, out), statistics(facts, out)]
          : unseenPart('Statistics', 'positions and their exits', source, input.bot).blocks),
        ...reconstructedChart(facts, input, out),
        ...snapshotChart(facts, input, out),
      ],
    },
    ...exitPart(facts, input, out),
    ...failurePart(facts, out),
    findingsPart(findings, rules, facts.source.ok || facts.entries.ok),
  ];
}

function statistics({ venues, source, entries, market }: Facts, out: Output): Block {
  const keys = (name: string): readonly string[] => [
    ...venues.map((exchange) => figureKey(name, { exchange })),
    name,
  ];
  const basis = source.ok ? source.basis : formatReason(source.reason, source.detail);
  const row = (title: string, id: string, name: string, from: Text | string = basis): MetricRow =>
    metricRow(title, id, keys(name), from);
  return {
    type: 'metrics',
    columns: venueColumns(venues),
    rows: [
      row('Positions opened', 'P1', 'positions_opened'),
      row('Positions closed', 'P2', 'positions_closed'),
      row('Open at the end', 'P3', 'positions_active'),
      row(
        'Most open at once',
        'P4',
        'positions_max_concurrent',
        source.ok ? text`at ${fig('positions_max_concurrent_at')}` : basis,
      ),
      row('Open on average', 'P5', 'positions_average_concurrent', 'time-weighted'),
      row('Time with a position', 'P5', 'exposed_time', '% of the window'),
      row(
        'Largest gross notional',
        'P6',
        'gross_notional_peak',
        source.ok
          ? market.hasPrices
            ? 'market prices where known, else entry prices'
            : 'entry prices: no market prices'
          : basis,
      ),
      row('Largest net notional', 'P6', 'net_notional_peak', source.ok ? 'long minus short' : basis),
      row('Gross notional / equity, peak', 'P6', 'leverage_peak', reasonOr(out, 'leverage_peak', 'balances')),
      row(
        'Open failures',
        'P7',
        'entry_failures',
        entries.ok
          ? text`${fig('entry_orders_failed')} of ${fig('entry_orders')} entry orders`
          : formatReason(entries.reason, entries.detail),
      ),
      row('Holding time, average', 'P8', 'holding_time_average', 'closed positions only'),
      row('Holding time, median', 'P8', 'holding_time_median', 'closed positions only'),
      row(
        'Holding time, P95',
        'P8',
        'holding_time_p95',
        reasonOr(out, 'holding_time_p95', 'closed positions only'),
      ),
      row(
        'Holding time of winners, median',
        'P8',
        'holding_time_winners',
        reasonOr(out, 'holding_time_winners', 'net > 0'),
      ),
      row(
        'Holding time of losers, median',
        'P8',
        'holding_time_losers',
        reasonOr(out, 'holding_time_losers', 'net < 0'),
      ),
      row(
        'Closes without a known reason',
        'P9',
        'exits_unknown_share',
        source.ok ? text`${fig('exits_unknown')} of ${fig('positions_closed')} closes` : basis,
      ),
    ],
  };
}

/** The basis, or why the total is missing. */
function reasonOr(out: Output, key: string, basis: Text | string): Text | string {
  const value = out.value(key);
  return isKnown(value) ? basis : formatReason(value.reason, value.detail);
}

/** What a reader must know before the numbers: why not a better source, and what was left out. */
function notes({ source }: Facts, out: Output): readonly Block[] {
  if (!source.ok) {
    return [unseenNote('Positions', source)];
  }
  const said: Text[] = [];
  if (source.why !== null)
    said.push(
      text`These numbers are what the bot reports of itself, because fills do not serve: ${source.why}. `,
    );
  if (Number(valueOr(out, 'closes_without_time')) > 0) {
    said.push(
      text`${fig('closes_without_time')} closed rows have no closing time; their fills stand in for it, or else their last update. `,
    );
  }
  if (source.unusableRows.length > 0) {
    said.push(
      text`${fig('positions_unusable')} rows without a usable time, quantity or price are in no number. `,
    );
  }
  return said.length === 0 ? [] : [{ type: 'note', tone: 'warning', text: said.flat() }];
}

function valueOr(out: Output, key: string): string | number {
  const value = out.value(key);
  return isKnown(value) ? value.value : 0;
}

function exitPart({ source, closed, reasonOf }: Facts, input: Input, out: Output): readonly Part[] {
  if (!source.ok || closed.length === 0) return [];
  const dataset = out.dataset({
    id: 'position-management.exits',
    title: 'Closes by reason',
    columns: [
      { key: 'reason', title: 'Reason', unit: 'text' },
      { key: 'words', title: 'In the rows', unit: 'text' },
      { key: 'closed', title: 'Closed', unit: 'count' },
      { key: 'share', title: 'Share (%)', unit: 'percent' },
      { key: 'net', title: 'Net PnL', unit: 'money', currency: input.bot.quoteCurrency },
    ],
    rows: exitGroups(closed, reasonOf).map(({ reason, words, count, net }) => [
      reason,
      words,
      count,
      (100 * count) / closed.length,
      net.value,
    ]),
    queries: source.queries,
  });
  const net = exitGroups(closed, reasonOf)
    .map((group) => group.net)
    .find((value) => !isKnown(value));
  const why: readonly Block[] =
    net !== undefined && !isKnown(net)
      ? [
          {
            type: 'note',
            tone: 'neutral',
            text: text`Net PnL by reason is not available where it is empty: ${formatReason(net.reason, net.detail)}.`,
          },
        ]
      : [];
  return [
    {
      title: 'Exit reasons',
      blocks: [{ type: 'table', dataset, limit: 13, empty: text`No position was closed.` }, ...why],
    },
  ];
}

function failurePart({ entries }: Facts, out: Output): readonly Part[] {
  if (!entries.ok) return [];
  const failed = entries.orders.filter(({ outcome }) => outcome === 'failed');
  if (failed.length === 0) return [];
  const groups = [...groupBy(failed, ({ venue, code }) => `${venue}\n${code}`).values()].sort(
    (a, b) => b.length - a.length,
  );
  const dataset = out.dataset({
    id: 'position-management.failures',
    title: 'Failed entries by answer',
    columns: [
      { key: 'exchange', title: 'Exchange', unit: 'text' },
      { key: 'answer', title: 'Answer', unit: 'text' },
      { key: 'reason', title: 'Reason', unit: 'text' },
      { key: 'orders', title: 'Orders', unit: 'count' },
    ],
    rows: groups.map((group) => [
      capitalised(group[0]?.venue ?? ''),
      group[0]?.code ?? null,
      group[0]?.reason ?? null,
      group.length,
    ]),
    queries: entries.basis === 'orders' ? [ordersQuery.id] : [],
  });
  return [
    {
      title: 'Failed entries',
      blocks: [{ type: 'table', dataset, limit: 8, empty: text`No entry order failed.` }],
    },
  ];
}
