import type { Block, Part } from '../audit/block.ts';
import { defineSection } from '../audit/define-section.ts';
import { figureKey } from '../audit/figure.ts';
import { formatReason } from '../audit/format.ts';
import type { Output } from '../audit/section.ts';
import { ladder } from '../audit/statistics.ts';
import { fig, text } from '../audit/text.ts';
import { missing, type Missing } from '../audit/value.ts';
import {
  ABOVE_LIMIT,
  aboveLimitTable,
  answerTable,
  entrySource,
  exitTable,
  factsOf,
  type Facts,
} from './position-management/facts.ts';
import { queries, settings, uses, type Input } from './position-management/input.ts';
import { reconstructedChart, snapshotChart } from './position-management/open-chart.ts';
import { abandonedPosition } from './position-management/rule-abandoned.ts';
import { entryFailures } from './position-management/rule-entries.ts';
import { exitReasonUnknown } from './position-management/rule-exits.ts';
import { maxConcurrent } from './position-management/rule-max-concurrent.ts';
import {
  closedWithoutTime,
  exitsByReason,
  statistics,
  wholeBotFigures,
} from './position-management/statistics.ts';
import type { Limit } from './shared/facts/limits.ts';
import type { PositionFact } from './shared/facts/position-facts.ts';
import { firstMissing, GRACE_MS, groupBy, timeOrNull } from './shared/facts/row-values.ts';
import { check, numberOf, score, unknown, type Judgement } from './shared/vocabulary/check.ts';
import { findingsPart, unseenNote, unseenPart } from './shared/vocabulary/unseen.ts';
import { tableBlock } from './shared/vocabulary/table.ts';
import { noLimit } from './shared/vocabulary/unread-words.ts';

const OF_POSITIONS = {
  dimension: 'risk',
  source: 'database',
  rung: ({ source }: Facts) => (source.ok ? source.rung : 'bot'),
} as const;

const openPositions = check<Facts, Input>({
  id: 'P4',
  title: 'Open positions against the limit',
  ...OF_POSITIONS,
  weight: 5,
  judge({ source, limits, of }, input) {
    if (!source.ok) return source;
    if (limits.positions === null) return unset('open positions', 'limits.maxPositions', input);
    return score(
      limits.positions.value.lessThan(of(null).concurrency.max) ? 0 : 1,
      text`At most ${fig('positions_max_concurrent')} open at once; the limit is ${fig('limit_positions')}.`,
    );
  },
});

const exposure = check<Facts, Input>({
  id: 'P6',
  title: 'Exposure and leverage against the limits',
  ...OF_POSITIONS,
  weight: 10,
  judge({ source, limits, venues }, input, out) {
    if (!source.ok) return source;
    if (!limits.exposure && !limits.leverage) return unset('exposure or leverage', 'limits.exposure', input);
    const leverage = highestLeverage(venues, out);
    if (limits.leverage && typeof leverage.peak !== 'number') return leverage.peak;
    const rewritten = source.positions.filter(isRewritten);
    if (rewritten.length > 0)
      return missing(
        'inadequate_basis',
        `${String(rewritten.length)} open rows were written after their opening, and no fill says what they held before`,
      );
    const gross = numberOf(out, 'gross_notional_peak');
    if (limits.exposure && typeof gross !== 'number') return gross;
    const used = [usedOf(limits.exposure, gross), usedOf(limits.leverage, leverage.peak)];
    return score(limitScore(Math.max(...used), input.settings.limitWarnRatio), [
      ...(limits.exposure
        ? text`Gross notional at most ${fig('gross_notional_peak')} of ${fig('limit_exposure')}. `
        : []),
      ...(limits.leverage
        ? text`Leverage of an account at most ${fig(leverage.key)} of ${fig('limit_leverage')}.`
        : []),
    ]);
  },
});

/** What an open row says was written last; without fills it says nothing of the quantity of before. */
function isRewritten({ openedBy, openedAt, closedAt, row }: PositionFact): boolean {
  return (
    openedBy === 'row' && closedAt === null && (timeOrNull(row.updated_at) ?? openedAt) > openedAt + GRACE_MS
  );
}

const checks = [openPositions, exposure];

/** Section 1: what was opened, closed and held, within which limits (catalogue 3.2 and 4.1). */
export const positionManagement = defineSection({
  id: 'position-management',
  number: '1',
  title: 'Position management',
  settings,
  queries,
  uses,
  facts: factsOf,
  figures(facts, input, out) {
    for (const group of [statistics, wholeBotFigures, exitsByReason]) group(facts, input).define(out);
    const { spells, opened } = facts.above;
    const head = { id: ABOVE_LIMIT, title: 'Positions opened above the limit', queries: facts.from.queries };
    if (spells.length > 0) out.dataset(aboveLimitTable.of(head, opened, input.bot.quoteCurrency));
  },
  checks,
  rules: [maxConcurrent, entryFailures, abandonedPosition, exitReasonUnknown],
  parts(facts, input, out, findings, rules) {
    const { source } = facts;
    const numbers =
      source.ok || input.bot.sources.database !== 'none'
        ? [...notes(facts), statistics(facts, input).block(out)]
        : unseenPart('Statistics', 'positions and their exits', source, input.bot).blocks;
    return [
      {
        title: 'Statistics',
        blocks: [...numbers, ...reconstructedChart(facts, input, out), ...snapshotChart(facts, input, out)],
      },
      ...exitPart(facts, input, out),
      ...failurePart(facts, input, out),
      findingsPart(findings, rules),
    ];
  },
});

/** What a reader must know before the numbers: why not a better source, and what was left out. */
function notes(facts: Facts): readonly Block[] {
  const { source } = facts;
  if (!source.ok) return [unseenNote('Positions', source)];
  const sentences = [
    ...(source.why === null
      ? []
      : text`These numbers are what the bot reports of itself, because fills do not serve: ${source.why}. `),
    ...(closedWithoutTime(facts) === 0
      ? []
      : text`${fig('closes_without_time')} closed rows have no closing time; their fills stand in for it, or else their last update. `),
    ...(source.unusableRows.length === 0
      ? []
      : text`${fig('positions_unusable')} rows without a usable time, quantity or price are in no number. `),
  ];
  return sentences.length === 0 ? [] : [{ type: 'note', tone: 'warning', text: sentences }];
}

function exitPart({ exits, from }: Facts, { bot }: Input, out: Output): readonly Part[] {
  if (exits.length === 0) return [];
  const head = { id: 'position-management.exits', title: 'Closes by reason', queries: from.queries };
  const shown = tableBlock(
    out.dataset(exitTable.of(head, exits, bot.quoteCurrency)),
    13,
    'No position was closed.',
  );
  const lost = firstMissing(exits.map(({ net }) => net));
  const why = text`Net PnL by reason is not available where it is empty: ${lost ? formatReason(lost.reason, lost.detail) : ''}.`;
  const blocks: readonly Block[] = lost ? [shown, { type: 'note', tone: 'neutral', text: why }] : [shown];
  return [{ title: 'Exit reasons', blocks }];
}

function failurePart({ entries, of }: Facts, { bot }: Input, out: Output): readonly Part[] {
  const { failed } = of(null);
  if (failed.length === 0) return [];
  const answers = [...groupBy(failed, ({ venue, code }) => `${venue}\n${code}`).values()];
  const head = {
    id: 'position-management.failures',
    title: 'Failed entries by answer',
    queries: entrySource(entries).queries,
  };
  const rows = answers.sort((a, b) => b.length - a.length);
  const dataset = out.dataset(answerTable.of(head, rows, bot.quoteCurrency));
  return [{ title: 'Failed entries', blocks: [tableBlock(dataset, 8, 'No entry order failed.')] }];
}

/** An account is liquidated alone: the equity of another exchange does not carry it. */
function highestLeverage(venues: readonly string[], out: Output) {
  const peaks = [{}, ...venues.map((exchange) => ({ exchange }))].map((labels) => {
    const key = figureKey('leverage_peak', labels);
    return { key, peak: numberOf(out, key) };
  });
  const heights = peaks.map(({ peak }) => (typeof peak === 'number' ? peak : Infinity));
  const highest = peaks[heights.indexOf(Math.max(...heights))];
  return highest ?? { key: 'leverage_peak', peak: 0 };
}

function usedOf(limit: Limit | null, peak: number | Missing): number {
  return limit === null || typeof peak !== 'number' ? 0 : peak / limit.value.toNumber();
}

/** Full up to the warning, half at the limit, nothing beyond it (75 % and 100 %, catalogue P6). */
function limitScore(use: number, warn: number): number {
  if (use > 1) return 0;
  return use <= warn ? 1 : ladder(use, warn, 1, 2);
}

function unset(what: string, key: string, input: Input): Judgement {
  return unknown('no_data', [
    `${noLimit(`No limit of ${what} is set; set ${key} in the configuration`, input)}.`,
  ]);
}
