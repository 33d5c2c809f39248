import type { Block, MetricRow, Part } from '../../audit/block.ts';
import { figureKey } from '../../audit/figure.ts';
import type { Finding } from '../../audit/finding.ts';
import { formatReason } from '../../audit/format.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text, type Text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { isKnown, known } from '../../audit/value.ts';
import { findingsPart } from '../shared/vocabulary/findings-part.ts';
import { unseenNote, unseenPart } from '../shared/vocabulary/unseen.ts';
import { metricRow, venueColumns } from '../shared/vocabulary/venue-figures.ts';
import { unprotectedSpans } from './exposure.ts';
import type { Facts, Input } from './facts.ts';

/** How the section is shown: counts, the unprotected minutes, response times, findings. */
export function parts(
  facts: Facts,
  input: Input,
  out: Output,
  findings: readonly Finding[],
  rules: number,
): readonly Part[] {
  if (!facts.protection.ok && input.bot.sources.database === 'none')
    return [unseenPart('Statistics', 'stops and protection', facts.protection, input.bot)];
  return [
    { title: 'Statistics', blocks: [...notes(facts, out), statistics(facts, out), ...strip(facts, input)] },
    { title: 'Response times', blocks: [responseTimes(facts, out)] },
    findingsPart(findings, rules, facts.protection.ok),
  ];
}

function statistics({ venues, protection }: Facts, out: Output): Block {
  const basis = protection.ok ? protection.basis : formatReason(protection.reason, protection.detail);
  const row = (
    title: string,
    id: string,
    name: string,
    from: Text | string = basis,
    labels: Record<string, string> = {},
  ): MetricRow => {
    const total = figureKey(name, labels);
    const value = out.value(total);
    const shown = isKnown(value) ? from : formatReason(value.reason, value.detail);
    return metricRow(
      title,
      id,
      [...venues.map((exchange) => figureKey(name, { ...labels, exchange })), total],
      shown,
    );
  };
  return {
    type: 'metrics',
    columns: venueColumns(venues),
    rows: [
      row('Stops set', 'SL1', 'stops_set', text`of ${fig('stops_required')} positions opened that need one`),
      row('Stops updated', 'SL2', 'stops_updated'),
      row(
        'Stops triggered',
        'SL3',
        'stops_triggered',
        text`${fig('stops_triggered_failed')} not filled, ${fig('stops_triggered_partial')} in part`,
      ),
      row('Positions without a stop', 'SL4', 'positions_without_stop'),
      row('Positions without a stop at the end', 'SL4', 'positions_without_stop_at_end'),
      row('Time with an unprotected position', 'SL5', 'unprotected_time'),
      row('Unprotected exposure', 'SL5', 'unprotected_exposure', 'notional x minutes'),
      row('Worst stop coverage', 'SL8', 'stop_coverage'),
      row(
        'Stop slippage, average',
        'SL9',
        'stop_slippage',
        text`${fig('stop_slippage_samples')} stops with a fill price`,
        { stat: 'avg' },
      ),
      row('Stop slippage, worst', 'SL9', 'stop_slippage', 'cost positive', { stat: 'max' }),
      row('Stop slippage in money', 'SL9', 'stop_slippage_cost', 'cost positive'),
      row('Loss / planned loss, worst', 'SL10', 'loss_over_plan', 'first stop is the plan'),
      row(
        'Liquidation / stop distance, smallest',
        'SL11',
        'liquidation_over_stop',
        'positions open at the end',
      ),
      row('Updates with a naked gap', 'SL7', 'naked_updates', text`longest ${fig('naked_gap_max')}`),
    ],
  };
}

/** Operation by operation: average, P95, P99, max; an empty percentile says how many samples it needs. */
function responseTimes({ timesMissing }: Facts, out: Output): Block {
  const row = (title: string, id: string, name: string): MetricRow => {
    const keys = ['avg', 'p95', 'p99', 'max'].map((stat) => figureKey(name, { stat }));
    const p95 = out.value(keys[1] ?? '');
    const samples = text`${fig(`${name}_samples`)} samples`;
    return metricRow(
      title,
      id,
      keys,
      timesMissing !== null
        ? formatReason(timesMissing.reason, timesMissing.detail)
        : isKnown(p95)
          ? samples
          : text`${samples}, too few for a percentile`,
    );
  };
  return {
    type: 'metrics',
    columns: ['Average', 'P95', 'P99', 'Max'],
    rows: [row('Initial stop set', 'SL6', 'stop_set'), row('Stop updated', 'SL7', 'stop_update')],
  };
}

function strip({ protection, gaps }: Facts, input: Input): readonly Block[] {
  if (!protection.ok || (protection.evidence !== 'orders' && protection.evidence !== 'changes')) return [];
  return [
    {
      type: 'chart',
      title: 'Minutes with an unprotected position',
      subtitle: text`from ${protection.basis}, without the moments that the grace accepts`,
      window: input.window,
      gaps: [],
      chart: {
        kind: 'strip',
        intervals: unprotectedSpans(gaps).map(({ from, to }) => ({ from: iso(from), to: iso(to) })),
        tone: 'bad',
        total: 'unprotected_time_beyond_grace',
      },
      alt: 'The window as a strip; the filled parts are the times during which at least one position had no effective stop for longer than the grace.',
    },
  ];
}

function notes({ protection, changedSince, required }: Facts, out: Output): readonly Block[] {
  if (!protection.ok) {
    return [unseenNote('Stops', protection)];
  }
  const said: Text[] = [];
  if (protection.why !== null) {
    said.push(
      text`Judged by ${protection.basis}, because ${protection.why}: whether the exchange held these stops is not known. `,
    );
  }
  const flagged = required.filter(({ fact }) => fact.row.has_stop_loss === true).length;
  if (protection.evidence === 'price' && flagged > 0) {
    const flags = out.figure({
      name: 'stop_flags_set',
      value: known(flagged),
      unit: 'count',
      title: 'Position rows with the flag has_stop_loss',
      basis: 'flag has_stop_loss alone',
      queries: protection.queries,
      formula: 'rows of positions that need a stop where has_stop_loss is true',
    });
    said.push(
      flagged === required.length
        ? text`The flag has_stop_loss is true in all ${fig(flags)} rows, so it tells nothing and proves no stop. `
        : text`The flag has_stop_loss is true in ${fig(flags)} rows; a flag alone proves no stop. `,
    );
  }
  if (changedSince > 0) {
    const changed = out.figure({
      name: 'stops_changed_since',
      value: { value: changedSince },
      unit: 'count',
      title: 'Position rows that changed after the window',
      basis: protection.basis,
      queries: protection.queries,
      formula: 'rows whose last update is not before the end of the window',
    });
    said.push(
      text`${fig(changed)} rows changed after the window, so their stop in the window is not known. `,
    );
  }
  return said.length === 0 ? [] : [{ type: 'note', tone: 'warning', text: said.flat() }];
}
