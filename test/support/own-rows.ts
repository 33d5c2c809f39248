import { EVIDENCE_ROWS, type Finding } from '../../audit/finding.ts';
import type { SectionResult } from '../../audit/section.ts';

/** The subject of a finding on the bot as a whole: every row is its own. */
const WHOLE_BOT = 'bot';

/**
 * Rows on a finding's card that are not its own: they neither name one of its subjects nor lie in one of its occurrences.
 * A subject is named when each of its words stands in the row: `entity.column`, an event with its symbol.
 */
export function foreignRows(finding: Finding, results: readonly SectionResult[]): readonly string[] {
  const dataset = results.flatMap(({ datasets }) => datasets).find(({ id }) => id === finding.evidence);
  if (dataset === undefined) return [`${finding.id} has no evidence ${finding.evidence ?? ''}`];
  if (dataset.rows.length === 0) return [`${finding.id} shows no row in ${dataset.id}`];
  return dataset.rows
    .slice(0, EVIDENCE_ROWS)
    .filter((row) => !isNamed(row, finding) && !isWithin(row, finding))
    .map((row) => `${finding.id} ${dataset.id}: ${JSON.stringify(row)}`);
}

type Row = readonly unknown[];

function isNamed(row: Row, { occurrences }: Finding): boolean {
  const cells = row.map((cell) => String(cell).toLowerCase());
  return occurrences.some(
    ({ subject }) =>
      subject === WHOLE_BOT ||
      subject
        .toLowerCase()
        .split(/[ .:]+/)
        .every((word) => cells.some((cell) => cell.includes(word))),
  );
}

function isWithin(row: Row, { occurrences }: Finding): boolean {
  const times = row
    .filter((cell) => /^\d{4}-\d\d-\d\dT/.test(String(cell)))
    .map((cell) => Date.parse(String(cell)));
  return occurrences.some(({ at, until = at }) =>
    times.some((time) => time >= Date.parse(at) && time <= Date.parse(until)),
  );
}
