import { floorToTenth } from './coverage-words.ts';
import type { CheckResult, Dimension, GateResult } from './check.ts';
import type { Evidence, SourceState } from './evidence.ts';
import type { Finding } from './finding.ts';
import { duration } from './format.ts';
import type { Colour, Judgement, Score, Verdict } from './report.ts';
import {
  coverageOf,
  DECISIVE_WEIGHT,
  FAIL_BELOW,
  GREEN_FROM,
  NOTHING_SEEN,
  overallParts,
  scores,
} from './score.ts';
import { unreadEntities } from './rests-on.ts';
import { scopeText } from './scope.ts';
import type { Subject } from './section.ts';
import { capitalised, continued, firstSentence, listed, sentence, type Text } from './text.ts';

export const PASS_COVERAGE = 90;
const GREEN_COVERAGE = 95;
/** Green is a word about the whole bot: with one of these never looked at it is not given. */
const GREEN_NEEDS: readonly Dimension[] = ['stability', 'integrity', 'risk'];

export interface Evaluated {
  readonly evidence: Pick<Evidence, 'sources' | 'bot' | 'queries' | 'entities' | 'scope'>;
  readonly checks: readonly CheckResult[];
  readonly gates: readonly GateResult[];
  readonly findings: readonly Finding[];
  readonly failedSections: readonly string[];
  /** What the sections of this report are about. */
  readonly subjects?: readonly Subject[];
}

/** Scores, gates and coverage to one verdict. A PASS needs every decisive thing to have been seen. */
export function judge(audit: Evaluated): Judgement {
  const dimensionScores = scores(audit.checks, audit.findings);
  const coverage = coverageOf(audit.checks);
  const failures = failureReasons(audit, dimensionScores);
  const gaps = blindReasons(audit, dimensionScores, coverage);
  const verdict: Verdict = failures.length > 0 ? 'FAIL' : gaps.length > 0 ? 'INCONCLUSIVE' : 'PASS';
  const green =
    audit.evidence.scope === undefined
      ? greenActions(audit, dimensionScores, coverage, gaps)
      : [['Audit the whole bot.']];
  const colour: Colour = verdict === 'FAIL' ? 'RED' : green.length === 0 ? 'GREEN' : 'YELLOW';
  return {
    verdict,
    colour,
    overall: overall(dimensionScores),
    overallFrom: overallParts(dimensionScores),
    coverage,
    reasons: verdict === 'PASS' ? passReasons(audit) : [...failures, ...gaps],
    scores: dimensionScores,
    green,
  };
}

/** The lesser of the mean and what the worst allows; null when one could not be seen. */
export function overall(dimensionScores: readonly Score[]): number | null {
  const parts = overallParts(dimensionScores);
  return parts && floorToTenth(Math.min(parts.mean, parts.most));
}

/** What a PASS rests on: the conditions that do not hold, then the checks that decide. */
function passReasons({ gates, checks }: Evaluated): readonly Text[] {
  const held = gates.filter(({ failed }) => failed === false).map(({ asks }) => asks);
  const decisive = checks.filter(
    ({ weight, outcome }) => weight >= DECISIVE_WEIGHT && outcome.state === 'known',
  );
  const none = decisive.filter(isAtNothing);
  const made = `All ${String(decisive.length)} checks of weight ${String(DECISIVE_WEIGHT)} that apply were made`;
  return [
    [
      held.length === 0
        ? 'Nothing that could be checked speaks against it.'
        : capitalised(`${listed(held)}.`),
    ],
    ...(decisive.length === 0
      ? []
      : [
          none.length === 0
            ? [`${made}, and none of them is at 0.`]
            : [
                `${made}; at 0 ${none.length === 1 ? 'is' : 'are'} ${none.map(({ title }) => title).join(', ')}.`,
              ],
        ]),
  ];
}

const isAtNothing = ({ outcome }: CheckResult): boolean => outcome.state === 'known' && outcome.r === 0;

function failureReasons(audit: Evaluated, dimensionScores: readonly Score[]): readonly Text[] {
  const critical = audit.findings.filter(({ severity }) => severity === 'CRITICAL');
  // One reason is told once: a gate that a critical finding repeats, and a score that is low for one, are its consequence.
  const rules = new Set(critical.map(({ rule }) => rule));
  const dimensions = new Set(critical.map(({ dimension }) => dimension));
  return [
    ...audit.gates
      .filter(({ failed, rule }) => failed === true && !(rule !== undefined && rules.has(rule)))
      .map(({ text }) => text),
    ...critical.map(({ rule, title }): Text => [`Critical finding ${rule}: `, ...title, '.']),
    ...dimensionScores
      .filter(({ dimension, score }) => score !== null && score < FAIL_BELOW && !dimensions.has(dimension))
      .map(({ title, dimension }): Text => [
        `${title} is below ${String(FAIL_BELOW)}: `,
        { figure: `score{dimension=${dimension}}` },
        '.',
      ]),
  ];
}

function blindReasons(
  audit: Evaluated,
  dimensionScores: readonly Score[],
  coverage: number | null,
): readonly Text[] {
  const { sources, scope } = audit.evidence;
  if (scope !== undefined)
    return [[`The report is limited to ${scopeText(scope)}, and only the whole bot can pass.`]];
  const required = Object.entries(sources).filter(([, source]) => source.declared === 'required');
  return [
    ...required.flatMap(([name, source]): Text[] => {
      if (source.status === 'failed')
        return [[`The required source ${name} failed: ${sentence(source.error ?? 'no reason given')}`]];
      if (source.status === 'absent') return [[`The required source ${name} has no data.`]];
      if (source.provisional)
        return [[`The required source ${name} is provisional: it was read before it had settled.`]];
      if (source.stale)
        return [[`The required source ${name} is stale: nothing in the last ten minutes of the window.`]];
      if (source.beginsLate !== undefined)
        return [
          [
            `The required source ${name} begins inside of the window: no ${source.beginsLate.of} lies before ${source.beginsLate.at}, ${duration(source.beginsLate.afterS)} into it, so nothing tells whether the bot was at work before.`,
          ],
        ];
      if (source.endsEarly !== undefined)
        return [
          [
            `The required source ${name} ends at ${source.endsEarly.newest ?? 'no time'}, and asOf says ${source.endsEarly.asOf}: its rows may lie in another time.`,
          ],
        ];
      return [];
    }),
    ...failedQueries(audit),
    ...unreadEntities(audit.evidence, audit.subjects),
    ...audit.failedSections.map((title): Text => [`The section ${title} could not be computed.`]),
    ...uncheckedReasons([
      ...audit.gates
        .filter(({ failed, source }) => failed === null && !isSpare(sources[source]))
        .map(({ asks, text }) => ({ what: `whether ${asks}`, text })),
      ...audit.checks
        .filter((check) => check.weight >= DECISIVE_WEIGHT && check.outcome.state === 'unknown')
        .map(({ title, outcome }) => ({ what: title, text: outcome.text })),
    ]),
    ...dimensionScores
      .filter(({ reason }) => reason === NOTHING_SEEN)
      .map(({ title }): Text => [`Nothing of ${title} was seen.`]),
    ...unscoredReasons(audit, dimensionScores),
    ...coverageReason(coverage, PASS_COVERAGE),
  ];
}

/** What could not be checked for one reason is one reason. */
function uncheckedReasons(
  unchecked: readonly { readonly what: string; readonly text: Text }[],
): readonly Text[] {
  const byReason = new Map<string, { readonly text: Text; readonly whats: string[] }>();
  for (const { what, text } of unchecked) {
    const reason = continued(text);
    const key = JSON.stringify(reason);
    const known = byReason.get(key) ?? { text: reason, whats: [] };
    known.whats.push(what);
    byReason.set(key, known);
  }
  return Array.from(byReason.values(), ({ text, whats }): Text => [
    `${capitalised(listed(whats))} could not be checked: `,
    ...text,
  ]);
}

/** An optional source that gave nothing costs coverage alone. */
function isSpare({ declared, status }: SourceState): boolean {
  return declared === 'optional' && status !== 'ok';
}

/** A question that a required source could not answer may have hidden what no check measures: a liquidation, an alert. */
function failedQueries({ evidence }: Evaluated): readonly Text[] {
  return evidence.queries
    .filter(({ source, status }) => status === 'error' && evidence.sources[source].declared === 'required')
    .map(({ id, source, error }): Text => [
      `The query ${id} of the required source ${source} failed: ${sentence(error ?? 'no reason given')}`,
    ]);
}

/** What a finding caps in vain, because no check of its dimension is in this report, cannot be passed either. */
function unscoredReasons(audit: Evaluated, dimensionScores: readonly Score[]): readonly Text[] {
  return dimensionScores
    .filter(
      ({ dimension, coverage }) =>
        coverage === null &&
        audit.findings.some((finding) => finding.dimension === dimension && finding.severity === 'HIGH'),
    )
    .map(({ title }): Text => [
      `${title} has a HIGH finding but no check in this report that could be scored; declare a source that has one.`,
    ]);
}

function coverageReason(coverage: number | null, limit: number): readonly Text[] {
  if (coverage === null) return [['No check of this report could be applied.']];
  if (coverage >= limit) return [];
  return [['Coverage is ', { figure: 'coverage' }, `; at least ${String(limit)} % is needed.`]];
}

/** What is to be done, by what weighs most: each as a command, never as a fault denied. */
function greenActions(
  audit: Evaluated,
  dimensionScores: readonly Score[],
  coverage: number | null,
  gaps: readonly Text[],
): readonly Text[] {
  const serious = audit.findings.filter(({ severity }) => severity === 'CRITICAL' || severity === 'HIGH');
  const explained = new Set(serious.map(({ dimension }) => dimension));
  return once([
    ...serious.map(({ recommendation }) => firstSentence(recommendation)),
    ...audit.gates
      .filter(
        ({ failed, section }) => failed === true && !serious.some((finding) => finding.section === section),
      )
      .map(({ asks, text }): Text => [`See to it that ${asks}. Now: `, ...continued(text)]),
    ...dimensionScores
      .filter(({ dimension, score }) => score !== null && score < GREEN_FROM && !explained.has(dimension))
      .map(({ title, dimension, losses }): Text => [
        `Raise ${title} from `,
        { figure: `score{dimension=${dimension}}` },
        ` to ${GREEN_FROM.toFixed(1)}: ${losses.map(({ what }) => what).join(', ')}.`,
      ]),
    ...audit.checks
      .filter(
        (check) =>
          check.weight >= DECISIVE_WEIGHT &&
          isAtNothing(check) &&
          !serious.some(({ section }) => section === check.section),
      )
      .map(({ title, outcome }): Text => [`Bring ${title} above 0. Now: `, ...continued(outcome.text)]),
    ...dimensionScores
      .filter((score) => score.coverage === null && GREEN_NEEDS.includes(score.dimension))
      .map(({ title }): Text => [
        `Give ${title} a source: no check of it applies to this bot as it is configured.`,
      ]),
    // The reasons stand beside the verdict: they are not told again.
    ...(gaps.length > 0
      ? [['Let the audit read what it lacked: the reasons of the verdict name it.']]
      : coverageReason(coverage, GREEN_COVERAGE).map((): Text => [
          'Raise the coverage from ',
          { figure: 'coverage' },
          ` to ${String(GREEN_COVERAGE)} %: back with a second source what rests on the bot’s own word.`,
        ])),
  ]);
}

/** One cause may have several findings, with one thing to do. */
function once(texts: readonly Text[]): readonly Text[] {
  return [...new Map(texts.map((text) => [JSON.stringify(text), text])).values()];
}
