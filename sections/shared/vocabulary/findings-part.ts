import type { Part } from '../../../audit/block.ts';
import type { Finding } from '../../../audit/finding.ts';

/**
 * The last part of a section. `judged` false: its rows could not be read, so that no finding is no good news; `rules` is
 * how many conditions the section has.
 */
export function findingsPart(findings: readonly Finding[], rules: number, judged = true): Part {
  const none = judged
    ? `None of the ${String(rules)} conditions of this section was met.`
    : 'No condition of this section could be judged.';
  const ids = findings.map(({ id }) => id);
  return { title: 'Findings', blocks: [{ type: 'findings', findings: ids, none: [none] }] };
}
