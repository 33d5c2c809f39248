import type { Block } from './block.ts';
import type { Finding, Priority } from './finding.ts';
import type { EvaluatedAudit } from './registry.ts';
import type { Change, Front } from './report.ts';
import type { SourceName } from './query.ts';
import { plainText } from './plain-text.ts';
import { fig, text, type Text } from './text.ts';
import { windowTitle } from './window-title.ts';

const ACTIONS_SHOWN = 3;
export const DEADLINE: Readonly<Record<Priority, string>> = {
  P0: 'now',
  P1: 'within 24 h',
  P2: 'within a week',
  P3: 'when convenient',
};

/** Figures of "at a glance", with the words under them; those that the report lacks are left out. */
const GLANCE = [
  ['positions_opened', 'opened'],
  ['positions_closed', 'closed'],
  ['positions_active', 'open at the end'],
  ['net_pnl', 'net PnL'],
  ['win_rate', 'winners'],
  ['critical_alerts', 'critical alerts'],
  ['errors_logged', 'errors'],
  ['uptime', 'uptime'],
  ['snapshots_observed', 'snapshots'],
] as const;
const GLANCE_SHOWN = 8;
const HOURS_CHART = 'timeline.opened';

/** The first page: an executive reads no further. */
export function front(audit: EvaluatedAudit): Front {
  const { evidence, findings } = audit;
  const keys = new Map(audit.figures.map((figure) => [figure.key, figure]));
  const present = GLANCE.filter(([key]) => keys.has(key));
  const known = present.filter(([key]) => keys.get(key)?.value !== null);
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
    glance: {
      type: 'glance',
      figures: (known.length > 0 ? known : present)
        .slice(0, GLANCE_SHOWN)
        .map(([key, title]) => ({ key, title })),
    },
    hours: hoursChart(audit),
  };
}

function lead(audit: EvaluatedAudit): Text {
  const [worst] = audit.findings;
  const { verdict, reasons } = audit.judgement;
  const [reason] = reasons;
  if (verdict === 'INCONCLUSIVE' && reason) return ['This window cannot be judged. ', ...reason];
  if (worst) return withStake(worst);
  if (verdict === 'FAIL' && reason) return reason;
  const conditions = audit.results.reduce((total, result) => total + result.rulesChecked, 0);
  return [`None of ${String(conditions)} conditions was met.`];
}

/** What is wrong in time, and in money where it is known. */
function withStake({ description, atStake }: Finding): Text {
  return atStake === undefined ? description : text`${description} ${fig(atStake)} at stake.`;
}

function why(audit: EvaluatedAudit): Text {
  const [worst] = audit.findings;
  const { verdict, reasons } = audit.judgement;
  if (verdict === 'INCONCLUSIVE' && worst) return text`The worst that was seen: ${worst.title}.`;
  if (worst) return worst.cause.text;
  return verdict === 'PASS' ? ['Every decisive check was seen and passed.'] : (reasons[1] ?? []);
}

/** "PASS for database and snapshots; exchange not audited": what the verdict speaks of, and what nobody looked at. */
function scope({ evidence, checks, judgement }: EvaluatedAudit): Text {
  const names = Object.keys(evidence.sources) as SourceName[];
  const audited = names.filter((name) => evidence.sources[name].declared !== 'none');
  const not = names.filter((name) => evidence.sources[name].declared === 'none');
  const unseen = checks.filter(({ outcome }) => outcome.state === 'unknown').map(({ title }) => title);
  const parts: Text = [
    `Scope: ${audited.join(', ')}`,
    not.length > 0 ? `; not audited: ${not.join(', ')}. ` : '. ',
    ...(judgement.coverage === null ? [] : (['Coverage ', { figure: 'coverage' }, '. '] as Text)),
    unseen.length > 0 ? `Not seen: ${unseen.join('; ')}.` : 'All applicable checks were seen.',
  ];
  return parts;
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
    ` · ${DEADLINE[finding.priority]} · ${finding.effort} effort`,
    ...(finding.atStake === undefined ? [] : ([' · at stake ', { figure: finding.atStake }] as Text)),
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
    new: findings.filter(({ recurrence }) => recurrence.state !== 'recurring').map(toChange),
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
