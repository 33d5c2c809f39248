import { priorityOf } from './complete-finding.ts';
import { severityRank, type Finding, type Occurrence } from './finding.ts';
import { text } from './text.ts';

/** From this share of its time on, a finding tells of the incident that another one explains. */
const EXPLAINED_SHARE = 0.8;
/** What is sampled once a minute may see an incident this much before or after its edges, milliseconds. */
const NEAR_MS = 60_000;

/** Findings with one for each incident, and by the id of each that was folded the one that holds it. */
export interface Incidents {
  readonly findings: readonly Finding[];
  readonly heldBy: ReadonlyMap<string, Finding>;
}

/**
 * One incident is one finding: what a rule says that it only observes (`explainedBy`) is folded into the finding that
 * explains it, when that lasted at the same time at the same exchange. Nothing is lost: words, evidence, identity and
 * the worse severity stay with the finding that holds it. What is explained in part stands alone.
 */
export function oneByIncident(all: readonly Finding[]): Incidents {
  const target = new Map<string, string>();
  const endOf = (id: string): string => {
    const next = target.get(id);
    return next === undefined ? id : endOf(next);
  };
  for (const finding of all) {
    const explaining = (finding.explainedBy ?? []).flatMap(({ rule, sameSubject = false, nearS }) => {
      const nearMs = nearS === undefined ? NEAR_MS : nearS * 1000;
      // Of two that explain each other one has to stand.
      return all
        .filter((other) => other.rule === rule && isOfPlace(other, finding) && endOf(other.id) !== finding.id)
        .map((other) => ({ other, sameSubject, nearMs }));
    });
    if (!explains(explaining, finding)) continue;
    const [best] = explaining
      .map((one) => ({ ...one, time: shared([one], finding) }))
      .sort((a, b) => b.time - a.time);
    if (best) target.set(finding.id, best.other.id);
  }
  const findings = all
    .filter(({ id }) => !target.has(id))
    .map((finding) =>
      all.filter(({ id }) => target.has(id) && endOf(id) === finding.id).reduce(joined, finding),
    );
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const held = [...target.keys()].flatMap((id): [string, Finding][] => {
    const holder = byId.get(endOf(id));
    return holder ? [[id, holder]] : [];
  });
  return { findings, heldBy: new Map(held) };
}

function isOfPlace(a: Finding, b: Finding): boolean {
  return a.venue === null || b.venue === null || a.venue === b.venue;
}

/** A finding that explains another one where both lasted at one time. */
interface Explaining {
  readonly other: Finding;
  readonly sameSubject: boolean;
  readonly nearMs: number;
}

/** Several may explain it together, each a part. */
function explains(others: readonly Explaining[], finding: Finding): boolean {
  const length = finding.occurrences.reduce((total, one) => total + lengthOf(spanOf(one, 0)), 0);
  return others.length > 0 && shared(others, finding) >= EXPLAINED_SHARE * length;
}

/** How much of the finding's time the others lasted too, milliseconds. */
function shared(others: readonly Explaining[], { occurrences }: Finding): number {
  const theirs = others.flatMap(({ other, ...how }) => other.occurrences.map((their) => ({ their, ...how })));
  return occurrences
    .map((one) => {
      const own = spanOf(one, 0);
      const overlaps = theirs
        .filter(({ their, sameSubject }) => !sameSubject || their.subject === one.subject)
        .map(({ their, nearMs }) => spanOf(their, nearMs))
        .map(([from, to]) => Math.min(to, own[1]) - Math.max(from, own[0]));
      return Math.max(0, ...overlaps);
    })
    .reduce((total, overlap) => total + overlap, 0);
}

type Span = readonly [from: number, to: number];

/** A moment counts as a second, so that it can be shared at all. */
function spanOf({ at, until = at }: Occurrence, near: number): Span {
  const from = Date.parse(at);
  return [from - near, Math.max(Date.parse(until), from + 1000) + near];
}

const lengthOf = ([from, to]: Span): number => to - from;

function joined(finding: Finding, seen: Finding): Finding {
  const isWorse = severityRank(seen.severity) < severityRank(finding.severity);
  const severity = isWorse ? seen.severity : finding.severity;
  const recurrence =
    seen.recurrence.windows > finding.recurrence.windows ? seen.recurrence : finding.recurrence;
  const location = finding.cause.location ?? seen.cause.location;
  return {
    ...finding,
    cause: { ...finding.cause, ...(location !== undefined && { location }) },
    severity,
    recurrence,
    priority: priorityOf(severity, recurrence),
    fingerprints: [...new Set([...finding.fingerprints, ...seen.fingerprints])].sort(),
    detection: text`${finding.detection} The same incident by ${seen.rule}: ${seen.title}. ${seen.description}${isWorse ? ' The severity comes from there.' : ''}`,
    observedBy: [
      ...(finding.observedBy ?? []),
      { id: seen.id, rule: seen.rule, severity: seen.severity, evidence: seen.evidence },
    ],
  };
}
