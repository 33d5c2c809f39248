import type { Block } from './block.ts';
import { PRIORITIES, type Finding } from './finding.ts';
import type { EvaluatedAudit } from './registry.ts';
import type { Change, Front } from './report.ts';
import type { SourceName } from './query.ts';
import { plainText } from './plain-text.ts';
import { fig, text, type Text } from './text.ts';
import { windowTitle } from './window-title.ts';

const ACTIONS_SHOWN = 3;
/** Checks that were not seen, by name; the page on the verdict lists all of them. */
const NAMES_SHOWN = 3;

/** Figures of "at a glance", each with the words under it; where the first is not known, the next may be. */
const GLANCE: readonly (readonly (readonly [key: string, title: string])[])[] = [
  [
    ['positions_opened', 'opened'],
    ['snapshot_new_opened', 'opened, by snapshots'],
  ],
  [
    ['positions_closed', 'closed'],
    ['snapshot_closed', 'closed, by snapshots'],
  ],
  [
    ['positions_active', 'open at the end'],
    ['snapshot_total{stat=end}', 'open in the last snapshot'],
  ],
  [['net_pnl', 'net PnL']],
  [['win_rate', 'winners']],
  [['critical_alerts', 'critical alerts']],
  [
    ['errors_logged', 'errors'],
    ['snapshot_errors', 'errors, by snapshots'],
  ],
  [['uptime', 'uptime']],
  [['snapshots_observed', 'snapshots']],
];
const GLANCE_SHOWN = 8;
const HOURS_CHART = 'timeline.opened';

/** The figure of an exchange that is configured and of which no row of any kind was read. */
export const NO_ROWS = 'exchange_rows';

/** The first page: an executive reads no further. */
export function front(audit: EvaluatedAudit): Front {
  const { evidence, findings } = audit;
  return {
    title: windowTitle(evidence.window),
    lead: lead(audit),
    why: why(audit),
    scope: scope(audit),
    actions: findings.slice(0, ACTIONS_SHOWN).map((finding) => ({
      finding: finding.id,
      title: firstSentence(finding.recommendation),
      detail: actionDetail(finding),
    })),
    changes: changes(audit),
    glance: { type: 'glance', figures: glance(audit) },
    hours: hoursChart(audit),
  };
}

/** Numbers in scope, known or not; those that the report lacks or that do not apply are left out. */
function glance({ figures }: EvaluatedAudit): Front['glance']['figures'] {
  const byKey = new Map(figures.map((figure) => [figure.key, figure]));
  return GLANCE.flatMap((choices) => {
    const present = choices.filter(([key]) => byKey.has(key));
    const known = present.find(([key]) => byKey.get(key)?.value !== null);
    const shown = known ?? present.find(([key]) => byKey.get(key)?.reason !== 'not_applicable');
    return shown ? [{ key: shown[0], title: shown[1] }] : [];
  }).slice(0, GLANCE_SHOWN);
}

function lead(audit: EvaluatedAudit): Text {
  const [worst] = audit.findings;
  const { verdict, reasons } = audit.judgement;
  const [reason] = reasons;
  if (verdict === 'INCONCLUSIVE' && reason) return ['This window cannot be judged. ', ...reason];
  // A gate that failed is the verdict, even when no finding is critical.
  if (verdict === 'FAIL' && reason && worst?.severity !== 'CRITICAL') return reason;
  if (worst) return withStake(worst);
  const conditions = audit.results.reduce((total, result) => total + result.rules.judged, 0);
  return [`None of ${String(conditions)} conditions was met.`];
}

/** What is wrong in time, and in money where it is known. */
function withStake({ description, atStake, standing }: Finding): Text {
  if (atStake === undefined) return description;
  return text`${description} ${fig(atStake)} ${standing ? 'is' : 'was'} at stake.`;
}

function why(audit: EvaluatedAudit): Text {
  const [worst] = audit.findings;
  const { verdict, reasons } = audit.judgement;
  if (worst && (verdict === 'INCONCLUSIVE' || (verdict === 'FAIL' && worst.severity !== 'CRITICAL')))
    return text`The worst that was seen: ${worst.title}.`;
  if (worst) return worst.cause.text;
  return verdict === 'PASS' ? ['Every decisive check was seen and passed.'] : (reasons[1] ?? []);
}

/** "PASS for database and snapshots; exchange not audited": what the verdict speaks of, and what nobody looked at. */
function scope({ evidence, checks, judgement, figures }: EvaluatedAudit): Text {
  const names = Object.keys(evidence.sources) as SourceName[];
  const audited = names.filter((name) => evidence.sources[name].declared !== 'none');
  const not = names.filter((name) => evidence.sources[name].declared === 'none');
  const unseen = checks.filter(({ outcome }) => outcome.state === 'unknown').map(({ title }) => title);
  const { without = [] } = evidence.bot;
  const silent = figures.flatMap(({ name, labels }) => (name === NO_ROWS ? (labels['exchange'] ?? []) : []));
  const parts: Text = [
    `Scope: ${audited.join(', ')}`,
    not.length > 0 ? `; not audited: ${not.join(', ')}. ` : '. ',
    ...(without.length > 0 ? [`By its configuration the bot has no ${without.join(', ')}. `] : []),
    ...(silent.length > 0 ? [`Not one row of ${silent.join(', ')}, though configured. `] : []),
    ...(judgement.coverage === null ? [] : (['Coverage ', { figure: 'coverage' }, '. '] as Text)),
    unseen.length > 0 ? `Not checked: ${someOf(unseen)}.` : allSeen(judgement.coverage),
  ];
  return parts;
}

/** Coverage below 100 % without an unseen check: some rest on less than the best source. */
function allSeen(coverage: number | null): string {
  return coverage === 100
    ? 'All applicable checks were made.'
    : 'All applicable checks were made; those on the bot’s own word count in part.';
}

/** The first names of a list, and how many there are besides. */
function someOf(names: readonly string[]): string {
  const rest = names.length - NAMES_SHOWN;
  if (rest <= 1) return names.join('; ');
  return `${names.slice(0, NAMES_SHOWN).join('; ')} and ${String(rest)} more`;
}

/** The first page has room for what to do first; the whole recommendation stands in the finding. */
function firstSentence(sentences: Text): Text {
  const end = sentences.findIndex((part) => typeof part === 'string' && part.includes('. '));
  const last = sentences[end];
  if (typeof last !== 'string') return sentences;
  return [...sentences.slice(0, end), last.slice(0, last.indexOf('. ') + 1)];
}

function actionDetail(finding: Finding): Text {
  return [
    ...finding.title,
    ` · ${PRIORITIES[finding.priority].due} · ${finding.effort} effort`,
    ...(finding.atStake === undefined
      ? []
      : text` · ${finding.standing ? 'at stake' : 'was at stake'} ${fig(finding.atStake)}`),
  ];
}

function changes({ evidence, findings, judgement, figures }: EvaluatedAudit): Front['changes'] {
  const previous = evidence.history.find(({ window }) => window.to === evidence.window.from);
  const byKey = new Map(figures.map((figure) => [figure.key, figure]));
  const now = new Set(findings.flatMap(({ fingerprints }) => fingerprints));
  const toChange = (finding: Finding): Change => ({
    rule: finding.rule,
    title: plainText(finding.title, byKey),
    finding: finding.id,
    windows: finding.recurrence.windows,
  });
  return {
    compared: previous !== undefined,
    // Without a report of the window before, nobody knows what is new.
    new: previous ? findings.filter(({ recurrence }) => recurrence.state === 'new').map(toChange) : [],
    recurring: findings.filter(({ recurrence }) => recurrence.state === 'recurring').map(toChange),
    resolved: (previous?.findings ?? [])
      .filter(({ fingerprints }) => !fingerprints.some((print) => now.has(print)))
      .map(({ rule, title }) => ({ rule, title, windows: 0 })),
    trend: [
      ...[...evidence.history].reverse().map(({ window, overall }) => ({ to: window.to, overall })),
      { to: evidence.window.to, overall: judgement.overall },
    ],
  };
}

function hoursChart({ results }: EvaluatedAudit): Front['hours'] {
  for (const block of results.flatMap(({ parts }) => parts.flatMap(({ blocks }) => blocks))) {
    if (block.type !== 'chart' || block.chart.kind !== 'multiples') continue;
    if (block.chart.rows.some(({ series }) => series === HOURS_CHART)) return block satisfies Block;
  }
  return null;
}
