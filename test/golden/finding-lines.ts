import type { Finding } from '../../audit/finding.ts';
import { oneLine, short, sorted, type Line, type Say } from './lines.ts';

/** Beyond this the occurrences are a count and a hash. */
const OCCURRENCES_SHOWN = 20;

/** Everything of a finding's card and of what machines read of it, a line for each field. */
export function findingLines(finding: Finding, say: Say): readonly Line[] {
  const { id, cause, impact, see, recurrence, labels, atStake, evidence } = finding;
  const fields: Readonly<Record<string, string>> = {
    severity: `${finding.severity}, ${finding.priority}, ${finding.dimension}, effort ${finding.effort}`,
    rule: `${finding.rule} ${finding.ruleTitle}, venue ${finding.venue ?? '-'}, section ${finding.section}`,
    title: say(finding.title),
    description: say(finding.description),
    cause: `${cause.id} ${cause.confidence}: ${say(cause.text)}`,
    location: cause.location ?? '-',
    occurrences: occurrences(finding),
    frequency: String(finding.frequency),
    seen: `${finding.firstSeen} to ${finding.lastSeen}`,
    recurrence: `${recurrence.state} ${String(recurrence.windows)}`,
    fingerprints: short(sorted(finding.fingerprints)),
    evidence: evidence ?? '-',
    stake: atStake ?? '-',
    'impact financial': say(impact.financial),
    'impact operational': say(impact.operational),
    'impact risk': say(impact.risk),
    detection: say(finding.detection),
    recommendation: say(finding.recommendation),
    verification: say(finding.verification),
    see: `${see.language} ${see.database ?? ''}: ${oneLine(see.text)}`,
    labels: sorted(Object.entries(labels ?? {}).map(([name, value]) => `${name}=${value}`)).join(', ') || '-',
  };
  return [
    ...Object.entries(fields).map(([name, body]) => ({ head: `finding ${id} ${name}`, body })),
    ...cause.predicates.map(({ text, held }) => ({
      head: `finding ${id} tested: ${oneLine(text)}`,
      body: held === null ? 'not known' : held ? 'yes' : 'no',
    })),
  ];
}

function occurrences({ occurrences: all }: Finding): string {
  const texts = sorted(
    all.map(({ subject, at, until }) => `${subject} at ${at}${until === undefined ? '' : ` to ${until}`}`),
  );
  const more = texts.length - OCCURRENCES_SHOWN;
  const rest = more > 0 ? `; and ${String(more)} more #${short(texts)}` : '';
  return `${String(texts.length)}: ${texts.slice(0, OCCURRENCES_SHOWN).join('; ')}${rest}`;
}
