import type { Block } from './block.ts';
import { PRIORITIES, type Finding } from './finding.ts';
import type { EvaluatedAudit } from './registry.ts';
import type { Front } from './report.ts';
import type { SectionResult } from './section.ts';
import type { SourceName } from './query.ts';
import { scopeText } from './scope.ts';
import { capitalised, fig, firstSentence, text, type Text } from './text.ts';
import { PASS_COVERAGE } from './verdict.ts';
import { whatChanged } from './what-changed.ts';
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
    changes: whatChanged(audit),
    glance: { type: 'glance', figures: glance(audit) },
    hours: hoursChart(audit),
  };
}

/** Numbers in scope, known or not; those that the report lacks or that do not apply are left out. */
function glance({ figures, findings }: EvaluatedAudit): Front['glance']['figures'] {
  const byKey = new Map(figures.map((figure) => [figure.key, figure]));
  // Of what was found to be critical no alert spoke: a 0 is no good news.
  const isSilent =
    byKey.get('critical_alerts')?.value === 0 && findings.some(({ severity }) => severity === 'CRITICAL');
  return GLANCE.flatMap((choices) => {
    const present = choices.filter(([key]) => byKey.has(key));
    const known = present.find(([key]) => byKey.get(key)?.value !== null);
    const shown = known ?? present.find(([key]) => byKey.get(key)?.reason !== 'not_applicable');
    if (!shown) return [];
    const [key, title] = shown;
    return [{ key, title: key === 'critical_alerts' && isSilent ? `${title}, so nobody was told` : title }];
  }).slice(0, GLANCE_SHOWN);
}

function lead(audit: EvaluatedAudit): Text {
  const [worst] = audit.findings;
  const { verdict, reasons } = audit.judgement;
  const [reason] = reasons;
  if (verdict === 'INCONCLUSIVE' && reason) return ['This window cannot be judged. ', ...reason];
  // A gate that failed is the verdict, even when no finding is critical.
  if (verdict === 'FAIL' && reason && worst?.severity !== 'CRITICAL') return reason;
  // Who reads PASS asks first why, then what is to be mended.
  if (verdict === 'PASS' && reason) return ['This window passes. ', ...reason];
  return worst ? withStake(worst) : [];
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
  if (verdict === 'PASS') return [...(reasons[1] ?? []), ' ', ...toMend(audit)];
  return worst ? worst.cause.text : (reasons[1] ?? []);
}

/** After why it passes. */
function toMend({ findings, results }: EvaluatedAudit): Text {
  const [worst] = findings;
  if (worst) return text`To mend first: ${worst.title} (${worst.severity} ${worst.rule}).`;
  const count = (of: (result: SectionResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const judged = count(({ rules }) => rules.judged);
  const unjudged = count(({ rules }) => rules.unjudged.length);
  const rest = unjudged === 0 ? '' : `; ${String(unjudged)} could not be judged`;
  return [`None of ${String(judged)} conditions of a finding was met${rest}.`];
}

/** "PASS for database and snapshots; exchange not audited": what the verdict speaks of, and what nobody looked at. */
function scope({ evidence, checks, judgement, figures }: EvaluatedAudit): Text {
  const names = Object.keys(evidence.sources) as SourceName[];
  const audited = names.filter((name) => evidence.sources[name].declared !== 'none');
  const not = names.filter((name) => evidence.sources[name].declared === 'none');
  const unseen = checks.filter(({ outcome }) => outcome.state === 'unknown').map(({ title }) => title);
  const { without = [] } = evidence.bot;
  const { scope: limited } = evidence;
  const silent = figures.flatMap(({ name, labels }) => (name === NO_ROWS ? (labels['exchange'] ?? []) : []));
  const parts: Text = [
    ...(limited === undefined ? [] : [`Limited to ${scopeText(limited)}. `]),
    `Scope: ${audited.join(', ')}`,
    not.length > 0 ? `; not audited: ${not.join(', ')}. ` : '. ',
    ...(without.length > 0 ? [`By its configuration the bot has no ${without.join(', ')}. `] : []),
    ...(silent.length > 0
      ? [`Not one row of ${silent.map(capitalised).join(', ')}, though configured. `]
      : []),
    ...coverageSentence(judgement),
    unseen.length > 0 ? `Not checked: ${someOf(unseen)}.` : allSeen(judgement.coverage),
  ];
  return parts;
}

/** Beside a verdict that it does not explain a coverage says that it does not. */
function coverageSentence({ coverage, verdict }: EvaluatedAudit['judgement']): Text {
  if (coverage === null) return [];
  const enough = verdict === 'INCONCLUSIVE' && coverage >= PASS_COVERAGE;
  return text`Coverage ${fig('coverage')}${enough ? ', which is enough: what is named above decides whatever its weight' : ''}. `;
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

/** What is at stake first: where the line is cut, the title is what stands elsewhere too. */
function actionDetail({ title, priority, effort, atStake, standing }: Finding): Text {
  const stake =
    atStake === undefined ? [] : text`${standing ? 'at stake' : 'was at stake'} ${fig(atStake)} · `;
  return text`${stake}${PRIORITIES[priority].due} · ${effort} effort · ${title}`;
}

function hoursChart({ results }: EvaluatedAudit): Front['hours'] {
  for (const block of results.flatMap(({ parts }) => parts.flatMap(({ blocks }) => blocks))) {
    if (block.type !== 'chart' || block.chart.kind !== 'multiples') continue;
    if (block.chart.rows.some(({ series }) => series === HOURS_CHART)) return block satisfies Block;
  }
  return null;
}
