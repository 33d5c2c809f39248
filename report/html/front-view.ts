import { formatValue } from '../../audit/format.ts';
import type { Change, Edition, Loss, Report, Score } from '../../audit/report.ts';
import type { Text } from '../../audit/text.ts';
import { sparkline } from '../charts/sparkline.ts';
import type { Lookup } from '../lookup.ts';
import { findingAnchor } from '../outline.ts';
import { SEVERITY_WORDS, exchangesOf, scoreTone } from '../words.ts';
import { chartView, glanceView, type DocumentIds } from './block-view.ts';
import { inlineHtml } from './inline.ts';
import { safeHtml, type SafeHtml } from './templates.ts';

export interface ContentsEntry {
  readonly anchor: string;
  readonly title: string;
  /** Empty on the screen; digits, or as many figure spaces, on paper. */
  readonly page: string;
}

const TONES = { GREEN: 'good', YELLOW: 'warning', RED: 'bad' } as const;
/** Changes named in each row of "What changed"; the rest is counted. */
const CHANGES = 2;
const ACTIONS = 3;
/** Conditions of "what would make this green" on the first page; the page behind it lists all. */
const GREEN = 4;

/** What `front.hbs` prints. */
export function frontView(
  lookup: Lookup,
  edition: Edition,
  contents: readonly ContentsEntry[],
  ids: DocumentIds,
): object {
  const { front, judgement } = lookup.report;
  const tone = TONES[judgement.colour];
  const { trend } = front.changes;
  return {
    title: front.title,
    about: about(lookup.report, edition),
    colour: tone,
    verdict: judgement.verdict,
    longWord: judgement.verdict.length > 6,
    lead: inlineHtml(front.lead, lookup),
    why: inlineHtml(front.why, lookup),
    scope: inlineHtml(front.scope, lookup),
    scores: judgement.scores.map(scoreView),
    actions: front.actions.slice(0, ACTIONS).map(({ finding: id, title, detail }) => {
      const { severity, rule } = lookup.finding(id);
      return {
        anchor: findingAnchor(id),
        severity: severity.toLowerCase(),
        severityWord: SEVERITY_WORDS[severity].word,
        rule,
        title: inlineHtml(title, lookup),
        detail: inlineHtml(detail, lookup),
      };
    }),
    green: judgement.green.length === 0 ? '' : joined(judgement.green, lookup),
    changes: trend.length > 1 || hasChanges(front.changes) ? changeRows(front.changes) : [],
    noHistory: 'There is no earlier report of this bot to compare with.',
    trendTitle: `Overall, last ${String(trend.length)} windows`,
    trend:
      trend.length < 2
        ? ''
        : safeHtml(
            sparkline(
              trend.map(({ overall }) => overall),
              tone,
              'trend',
            ),
          ),
    glance: front.glance.figures.length === 0 ? null : glanceView(front.glance, lookup),
    hours: front.hours === null ? null : chartView(front.hours, lookup, ids),
    contents,
  };
}

function about(report: Report, edition: Edition): string {
  const { bot, databaseVersion } = report;
  return [
    bot.name,
    bot.environment,
    exchangesOf(report),
    ...(bot.version === null ? [] : [`bot ${bot.version}`]),
    ...(databaseVersion === null ? [] : [databaseVersion]),
    `reported ${edition.reportedAt.slice(0, 16).replace('T', ' ')} by ${bot.auditor}`,
  ].join(' · ');
}

function scoreView(score: Score): object {
  return {
    title: score.title,
    tone: scoreTone(score),
    known: score.score !== null,
    value: formatValue(score.score, 'score'),
    percent: score.score === null ? '0' : String(Math.round(score.score * 10)),
    seen:
      score.score === null
        ? (score.reason ?? 'not available')
        : `${formatValue(Math.floor(score.coverage ?? 0), 'count')} % seen`,
    losses: score.losses.map((loss) => ({ href: 'verdict', text: lossWords(loss) })),
  };
}

/** `−6.5 unprotected positions`. */
export function lossWords({ points, what }: Loss): string {
  return `${formatValue(-points, 'score')} ${what}`;
}

function joined(texts: readonly Text[], lookup: Lookup): SafeHtml {
  const more = texts.length > GREEN ? [`${String(texts.length - GREEN)} more on the next page`] : [];
  const shown = texts.slice(0, GREEN).map((text) => inlineHtml(text, lookup).toString());
  return safeHtml([...shown, ...more].join(' · '));
}

function hasChanges({ new: added, recurring, resolved }: Report['front']['changes']): boolean {
  return added.length + recurring.length + resolved.length > 0;
}

function changeRows(changes: Report['front']['changes']): readonly object[] {
  return [
    changeRow('New', changes.new),
    changeRow('Recurring', changes.recurring),
    changeRow('Resolved', changes.resolved),
  ];
}

function changeRow(word: string, items: readonly Change[]): object {
  return {
    word,
    count: String(items.length),
    items: items.slice(0, CHANGES).map(({ rule, title, finding, windows }) => ({
      rule,
      title: windows > 2 ? `${title} (${String(windows)} windows running)` : title,
      href: finding === undefined ? '' : findingAnchor(finding),
    })),
    more: items.length > CHANGES ? ` and ${String(items.length - CHANGES)} more` : '',
  };
}
