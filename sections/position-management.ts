import type { Block, Part } from '../audit/block.ts';
import { defineSection } from '../audit/define-section.ts';
import { figureKey } from '../audit/figure.ts';
import { formatReason } from '../audit/format.ts';
import type { Output } from '../audit/section.ts';
import { ladder } from '../audit/statistics.ts';
import { fig, text, type Text } from '../audit/text.ts';
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
import { chartDifference } from './position-management/chart-difference.ts';
import { openPositionsChart } from './position-management/open-chart.ts';
import { abandonedPosition } from './position-management/rule-abandoned.ts';
import { entryFailures } from './position-management/rule-entries.ts';
import { exitReasonUnknown } from './position-management/rule-exits.ts';
import { isOver, limitName, type LimitUse } from './position-management/limit-uses.ts';
import { limitExceeded } from './position-management/rule-limit-exceeded.ts';
import {
  closedWithoutTime,
  exitsByReason,
  statistics,
  wholeBotFigures,
} from './position-management/statistics.ts';
import { firstMissing, groupBy } from './shared/facts/row-values.ts';
import { check, score, unknown, type Judgement } from './shared/vocabulary/check.ts';
import { findingsPart, unseenNote, unseenPart } from './shared/vocabulary/unseen.ts';
import { tableBlock } from './shared/vocabulary/table.ts';
import { noLimit } from './shared/vocabulary/unread-words.ts';
import { names, noun } from './shared/vocabulary/words.ts';

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
  judge({ source, limits, uses: { positions } }, input) {
    if (!source.ok) return source;
    if (positions.unseen && !positions.uses.some(isOver)) return positions.unseen;
    if (positions.uses.length === 0) return unset('open positions', 'limits.maxPositions', input);
    return score(positions.uses.some(isOver) ? 0 : 1, [
      ...(limits.positions
        ? text`At most ${fig('positions_max_concurrent')} open at once; the limit is ${fig('limit_positions')}.`
        : []),
      ...overOf(positions.uses),
    ]);
  },
});

const exposure = check<Facts, Input>({
  id: 'P6',
  title: 'Exposure and leverage against the limits',
  ...OF_POSITIONS,
  weight: 10,
  judge({ source, limits, uses }, input) {
    if (!source.ok) return source;
    const { exposure: gross, leverage, size } = uses;
    const all = [...gross.uses, ...leverage.uses, ...size.uses];
    const unseen = gross.unseen ?? leverage.unseen ?? size.unseen;
    if (all.length === 0 && unseen === null && !limits.exposure && !limits.leverage)
      return unset('exposure or leverage', 'limits.exposure', input);
    // What is over a limit is known, whatever else could not be seen.
    if (unseen && !all.some(isOver)) return unseen;
    const used = all.map(({ peak, limit }) => peak.div(limit.value).toNumber());
    return score(limitScore(Math.max(0, ...used), input.settings.limitWarnRatio), [
      ...(limits.exposure
        ? text`Gross notional at most ${fig('gross_notional_peak')} of ${fig('limit_exposure')}. `
        : []),
      ...(limits.leverage
        ? text`Leverage of an account at most ${fig(highestLeverage(leverage.uses))} of ${fig('limit_leverage')}.`
        : []),
      ...overOf(all),
    ]);
  },
});

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
  rules: [limitExceeded, entryFailures, abandonedPosition, exitReasonUnknown],
  parts(facts, input, out, findings, rules) {
    const { source } = facts;
    const numbers =
      source.ok || input.bot.sources.database !== 'none'
        ? [...notes(facts), statistics(facts, input).block(out)]
        : unseenPart('Statistics', 'positions and their exits', source, input.bot).blocks;
    return [
      {
        title: 'Statistics',
        blocks: [...numbers, ...openPositionsChart(facts, input, out), ...chartDifference(facts, input, out)],
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
      : text`${fig('closes_without_time')} ${noun(closedWithoutTime(facts), 'closed row has no closing time; its', 'closed rows have no closing time; their')} ${source.why === null ? text`fills stand in for it, or else ${noun(closedWithoutTime(facts), 'its', 'their')} last update` : noun(closedWithoutTime(facts), 'last update stands in for it', 'last updates stand in for it')}. `),
    ...(source.unusableRows.length === 0
      ? []
      : text`${fig('positions_unusable')} ${noun(source.unusableRows.length, 'row', 'rows')} without a usable time, quantity or price ${noun(source.unusableRows.length, 'is', 'are')} in no number. `),
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

/** The figure of the account with the highest leverage. */
function highestLeverage(uses: readonly LimitUse[]): string {
  const [highest] = uses
    .filter(({ carrier, limit }) => carrier !== 'row' && limit.scope === 'bot')
    .toSorted((a, b) => b.peak.comparedTo(a.peak));
  const venue = highest && highest.carrier !== 'row' ? highest.carrier?.venue : null;
  return figureKey('leverage_peak', venue == null ? {} : { exchange: venue });
}

/** Limits of a part of the bot, or of a position, that were exceeded. */
function overOf(uses: readonly LimitUse[]): Text {
  const over = uses.filter((use) => isOver(use) && (use.limit.scope !== 'bot' || use.carrier === 'row'));
  return over.length === 0 ? [] : [` Over its limit: ${names(over.map(limitName))}.`];
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
