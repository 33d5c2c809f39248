import type { Block, MetricRow, Part, Tone } from '../../audit/block.ts';
import type { Finding } from '../../audit/finding.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text, type Text } from '../../audit/text.ts';
import { findingsPart } from '../shared/vocabulary/findings-part.ts';
import { unseenPart } from '../shared/vocabulary/unseen.ts';
import { venueKeys } from '../shared/vocabulary/venue-keys.ts';
import { metricRow, venueColumns } from '../shared/vocabulary/venue-figures.ts';
import { cumulativeSeries } from './datasets.ts';
import type { Facts, Input } from './facts.ts';

const TONES: readonly Tone[] = ['first', 'second', 'warning'];

export function partsOf(
  facts: Facts,
  input: Input,
  out: Output,
  findings: readonly Finding[],
  rules: number,
): readonly Part[] {
  if (!facts.source.ok)
    return [
      unseenPart('Summary', 'closed positions and their results', facts.source, input.bot),
      ...(findings.length > 0 ? [findingsPart(findings, rules)] : []),
    ];
  return [
    { title: 'Summary', blocks: summaryBlocks(facts, input, out) },
    { title: 'Best and worst trades', blocks: bestBlocks(facts) },
    { title: 'Losses and limits', blocks: [one(lossRows(), 'Value')] },
    ...(input.kind === 'monthly' && facts.returns
      ? [{ title: 'Daily returns', blocks: [one(returnRows(facts), 'Value')] }]
      : []),
    { title: 'Accounting checks', blocks: [one(selfCheckRows(), 'Value')] },
    findingsPart(findings, rules),
  ];
}

function one(rows: readonly MetricRow[], title: string): Block {
  return { type: 'metrics', columns: [title], rows };
}

function summaryBlocks(facts: Facts, input: Input, out: Output): readonly Block[] {
  const { venues, source } = facts;
  const basis = source.ok ? source.basis : 'positions';
  const row = (title: string, id: string, name: string, note: Text | string = basis): MetricRow =>
    metricRow(title, id, venueKeys(name, venues), note);
  const feeNote =
    facts.feesWithoutCurrency === 0
      ? 'cost positive'
      : text`cost positive; ${fig('fees_without_currency')} fills name no currency and are taken as ${input.bot.quoteCurrency}`;
  const knownRows = [
    row('Closed', 'PN1', 'closed_positions'),
    row('Winners', 'PN1', 'winners'),
    row('Losers', 'PN1', 'losers'),
    row('Breakeven', 'PN1', 'breakeven'),
    row('Win rate', 'PN2', 'win_rate', 'winners of closed'),
    row('Win rate without breakeven', 'PN2', 'win_rate_decided', 'winners of winners and losers'),
    row('Gross PnL', 'PN3', 'gross_pnl'),
    row('Fees', 'PN3', 'fees_paid', feeNote),
    row('Funding', 'PN12', 'funding_net', 'received positive'),
    row('Net PnL', 'PN3', 'net_pnl', 'gross - fees + funding'),
    row('Average PnL', 'PN3', 'average_pnl', 'net by closed'),
    row('Profit factor', 'PN5', 'profit_factor', 'net of winners by net of losers'),
    row('Average win', 'PN7', 'average_win'),
    row('Average loss', 'PN7', 'average_loss'),
    row('Payoff', 'PN7', 'payoff', 'average win by average loss'),
    row('Longest losing streak', 'PN7', 'losing_streak'),
    row('Fee drag', 'PN11', 'fee_drag', 'fees of gross'),
    row('Effective fee', 'PN11', 'fee_rate', 'of entry and exit notional'),
    row('Maker share', 'PN11', 'maker_share', 'fills of the window'),
  ];
  // Without results all other rows would repeat one reason; the note above says it once.
  const unknownRows = [
    row('Closed', 'PN1', 'closed_positions'),
    row('Net PnL', 'PN3', 'net_pnl'),
    row('Win rate', 'PN2', 'win_rate'),
    row('Maker share', 'PN11', 'maker_share', 'fills of the window'),
  ];
  const metrics: Block = {
    type: 'metrics',
    columns: venueColumns(venues),
    rows: facts.closed.gap ? unknownRows : knownRows,
  };
  return [
    ...notes(facts),
    metrics,
    ...chart(facts, input, out),
    {
      type: 'table',
      title: 'By strategy',
      dataset: 'pnl.strategies',
      limit: 8,
      empty: ['No closed position has a result.'],
    },
  ];
}

/** Why the numbers are not better than they are, before anybody reads them. */
function notes({ source, closed }: Facts): readonly Block[] {
  const list: Block[] = [];
  if (source.ok && source.why !== null) {
    list.push({ type: 'note', tone: 'warning', text: [`Results are ${source.basis}: ${source.why}.`] });
  }
  if (closed.gap) {
    list.push({
      type: 'note',
      tone: 'warning',
      text: [`PnL cannot be computed: ${closed.gap.detail ?? closed.gap.reason}.`],
    });
  }
  return list;
}

function chart(facts: Facts, input: Input, out: Output): readonly Block[] {
  const lines = cumulativeSeries(facts, input, out);
  if (lines.length === 0) return [];
  const venues = lines.filter(({ venue }) => venue !== null);
  return [
    {
      type: 'chart',
      title: 'Cumulative net PnL',
      subtitle: text`from ${fig('closed_positions')} closed positions, ${facts.source.ok ? facts.source.basis : ''}`,
      window: input.window,
      gaps: [],
      chart: {
        kind: 'line',
        series: lines.map(({ id, venue }) => ({
          id,
          tone:
            venue === null
              ? 'neutral'
              : (TONES[venues.findIndex((line) => line.venue === venue)] ?? 'neutral'),
          step: true,
        })),
      },
      alt: 'Net PnL of closed positions added up over the window, by exchange and in total.',
    },
  ];
}

function bestBlocks(facts: Facts): readonly Block[] {
  const empty = (what: string): [string] => [
    facts.closed.gap ? 'Results are not known; the reason stands above.' : `No closed position is a ${what}.`,
  ];
  return [
    { type: 'table', title: 'Top 3 winners', dataset: 'pnl.winners', limit: 3, empty: empty('winner') },
    { type: 'table', title: 'Top 3 losers', dataset: 'pnl.losers', limit: 3, empty: empty('loser') },
    {
      type: 'table',
      title: 'By symbol',
      dataset: 'pnl.symbols',
      limit: 8,
      empty: ['No closed position has a result.'],
    },
  ];
}

function lossRows(): readonly MetricRow[] {
  return [
    metricRow('Deepest net loss of a UTC day', 'PN8', ['worst_day_loss'], 'closed positions'),
    metricRow('Deepest fall of equity in a UTC day', 'PN8', ['worst_day_fall'], 'equity without transfers'),
    metricRow('Daily loss limit', 'PN8', ['daily_loss_limit'], 'configuration, else the bot’s own limit'),
    metricRow('Used', 'PN8', ['daily_loss_used'], 'the larger of both by limit'),
    metricRow('Largest drawdown, realised', 'PN8', ['drawdown_realised'], 'closed positions'),
    metricRow('Largest drawdown, mark to market', 'PN8', ['drawdown_equity'], 'equity without transfers'),
    metricRow('at', 'PN8', ['drawdown_equity_at'], 'lowest equity of that episode'),
    metricRow('Largest relative drawdown', 'PN8', ['drawdown_equity_percent'], 'may be another episode'),
    metricRow('Change of the traded symbols', 'PN14', ['market_change'], 'mean, first to last price'),
    metricRow('Change weighted by notional', 'PN14', ['market_change_weighted'], 'first to last price'),
  ];
}

function returnRows({ returns }: Facts): readonly MetricRow[] {
  const basis = `${String(returns?.n ?? 0)} days, equity at 00:00 UTC, factor sqrt(365)`;
  return ['sharpe', 'sharpe_error', 'sortino', 'calmar', 'volatility', 'best_day', 'worst_day'].map((name) =>
    metricRow(name.charAt(0).toUpperCase() + name.slice(1).replace('_', ' '), 'PN13', [name], basis),
  );
}

/** Each way of adding up the results gives the same total. */
function selfCheckRows(): readonly MetricRow[] {
  return [
    metricRow('Total - sum of the exchanges', null, ['identity_venues'], 'self-check, must be 0'),
    metricRow('Total - sum of the symbols', null, ['identity_symbols'], 'self-check, must be 0'),
  ];
}
