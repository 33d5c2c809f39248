import type { Block } from '../../audit/block.ts';
import { NOT_JUDGED, rowWords } from '../../audit/recurrence.ts';
import type { Change, Edition, Loss, Report, Score } from '../../audit/report.ts';
import type { Text } from '../../audit/text.ts';
import { formatValue } from '../../audit/format.ts';
import { sparkline } from '../charts/sparkline.ts';
import { clampItems, clampText, clampWords, withoutStop } from '../clamp-text.ts';
import { knownGlance, type Lookup } from '../lookup.ts';
import { findingAnchor } from '../outline.ts';
import { SEVERITY_WORDS, comparison, exchangesOf, scoreTone, seenWords, unusualTexts } from '../words.ts';
import { pageLinks } from './links.ts';
import { chartView, glanceView, type DocumentIds } from './block-view.ts';
import type { FrontFit } from './front-fit.ts';
import { inlineHtml } from './inline.ts';
import { safeHtml, type SafeHtml } from './safe-html.ts';
import { VERDICT_PARTS } from './verdict-view.ts';

export interface ContentsEntry {
  readonly anchor: string;
  readonly title: string;
  /** Empty on the screen; digits, or as many figure spaces, on paper. */
  readonly page: string;
}

export interface FrontOptions {
  readonly anchor: string;
  readonly contents: readonly ContentsEntry[];
  readonly fit: FrontFit;
  /** `page 6` on paper, where nothing can be clicked; empty on the screen. */
  readonly pageOf: (anchor: string) => string;
}

/** A link to where the rest of a list stands. */
interface More {
  readonly text: string;
  readonly href: string;
  readonly page: string;
}

const TONES = { GREEN: 'good', YELLOW: 'warning', RED: 'bad' } as const;
const ACTIONS = 3;

/** Anchors whose pages the first page prints. */
export function frontAnchors({ front, findings }: Report): readonly string[] {
  return [
    ...new Set([...front.actions.map(({ finding }) => finding), ...findings.slice(0, 1).map(({ id }) => id)]),
  ].map(findingAnchor);
}

/** What `front.hbs` prints. */
export function frontView(lookup: Lookup, edition: Edition, ids: DocumentIds, options: FrontOptions): object {
  const { report } = lookup;
  const { front, judgement } = report;
  const { contents, fit, pageOf } = options;
  const tone = TONES[judgement.colour];
  const { trend } = front.changes;
  const lead = clampText(front.lead, fit.lead, lookup);
  const scope = clampText(front.scope, fit.scope, lookup);
  const anchor = report.findings[0] ? findingAnchor(report.findings[0].id) : null;
  const place = (href: string): Omit<More, 'text'> => ({ href, page: pageOf(href) });
  return {
    anchor: options.anchor,
    title: front.title,
    className: fit.className,
    about: clampWords(about(report, edition), fit.about),
    links: pageLinks(report, ids.hrefOf, ids.paper ? 'pdf' : 'html'),
    colour: tone,
    verdict: judgement.verdict,
    longWord: judgement.verdict.length > 6,
    overall: judgement.overall === null ? '' : formatValue(judgement.overall, 'score'),
    lead: inlineHtml(lead, lookup),
    leadMore: lead === front.lead || anchor === null ? [] : [{ text: 'all of it', ...place(anchor) }],
    why: inlineHtml(clampText(front.why, fit.why, lookup), lookup),
    scope: inlineHtml(scope, lookup),
    scopeMore: scope === front.scope ? [] : [{ text: 'all of it', ...place(VERDICT_PARTS.unseen) }],
    scores: judgement.scores.map((score) => scoreView(score, fit)),
    actions: front.actions.slice(0, ACTIONS).map(({ finding: id, title, detail }) => {
      const { severity, rule } = lookup.finding(id);
      return {
        anchor: findingAnchor(id),
        severity: severity.toLowerCase(),
        severityWord: SEVERITY_WORDS[severity].word,
        rule,
        page: pageOf(findingAnchor(id)),
        title: inlineHtml(clampText(title, fit.action, lookup), lookup),
        detail: fit.detail === 0 ? '' : inlineHtml(clampItems(detail, fit.detail, lookup), lookup),
      };
    }),
    green: conditions(judgement.green, lookup, options),
    changes: comparison(report) === '' ? changeRows(front.changes, options) : [],
    noHistory: comparison(report),
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
    glance: glance(front.glance, lookup),
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
    `reported ${edition.reportedAt.slice(0, 16).replace('T', ' ')} UTC by ${bot.auditor}`,
  ].join(' · ');
}

function scoreView(score: Score, fit: FrontFit): object {
  return {
    title: score.title,
    tone: scoreTone(score),
    known: score.score !== null,
    value: formatValue(score.score, 'score'),
    percent: score.score === null ? '0' : String(Math.round(score.score * 10)),
    seen: score.score === null ? clampWords(score.reason ?? 'not available', fit.reason) : seenWords(score),
    losses: score.losses
      .slice(0, fit.losses)
      .map((loss) => ({ href: VERDICT_PARTS.scores, text: lossWords(loss) })),
  };
}

/** `−6.5 unprotected positions`; what would be printed as 0.0 is `under 0.1`. */
export function lossWords({ points, what }: Loss): string {
  return `${points < 0.05 ? 'under 0.1' : formatValue(-points, 'score')} ${what}`;
}

function conditions(
  green: readonly Text[],
  lookup: Lookup,
  { fit, pageOf }: FrontOptions,
): { readonly text: SafeHtml; readonly more: readonly More[] } | null {
  if (green.length === 0) return null;
  const shown = green
    .slice(0, fit.green)
    .map((text) => inlineHtml(clampText(withoutStop(text), fit.condition, lookup), lookup).toString());
  return {
    text: safeHtml(shown.join(' · ')),
    more: moreOf(green.length - fit.green, VERDICT_PARTS.green, pageOf),
  };
}

function moreOf(count: number, href: string, pageOf: FrontOptions['pageOf']): readonly More[] {
  return count > 0 ? [{ text: `and ${formatValue(count, 'count')} more`, href, page: pageOf(href) }] : [];
}

function glance(block: Extract<Block, { type: 'glance' }>, lookup: Lookup): object | null {
  if (block.figures.length === 0) return null;
  const { known, missing } = knownGlance(block, lookup);
  return { known: glanceView(known, lookup), missing };
}

function changeRows(changes: Report['front']['changes'], options: FrontOptions): readonly object[] {
  return [
    changeRow('New', changes.new, options),
    ...(changes.undecided === undefined ? [] : [changeRow(NOT_JUDGED.before, changes.undecided, options)]),
    ...(changes.worsened === undefined ? [] : [changeRow('Worsened', changes.worsened, options)]),
    changeRow('Recurring', changes.recurring, options),
    changeRow('Resolved', changes.resolved, options),
    ...(changes.unseen === undefined ? [] : [changeRow(NOT_JUDGED.now, changes.unseen, options)]),
    ...[['Unusual', unusualTexts(changes)] as const, ['Measured', changes.method ?? []] as const].flatMap(
      ([word, texts]) =>
        texts.length === 0
          ? []
          : [
              changeRow(
                word,
                texts.map((title) => ({ rule: '', title, windows: 0 })),
                options,
              ),
            ],
    ),
  ];
}

function changeRow(word: string, items: readonly Change[], { fit, pageOf }: FrontOptions): object {
  return {
    word,
    count: formatValue(items.length, 'count'),
    items: items.slice(0, fit.changes).map(({ rule, title, finding, windows }) => ({
      rule,
      title: `${clampWords(title, fit.change)}${windows > 2 ? ` (${rowWords(windows)})` : ''}`,
      href: finding === undefined ? '' : findingAnchor(finding),
    })),
    more: moreOf(items.length - fit.changes, VERDICT_PARTS.changes, pageOf),
  };
}
