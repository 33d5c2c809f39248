import type { Part } from './block.ts';
import type { CheckResult, GateResult } from './check.ts';
import type { Evidence } from './evidence.ts';
import type { Figure } from './figure.ts';
import type { Finding } from './finding.ts';
import type { Query } from './query.ts';
import type { DataFile, Judgement } from './report.ts';
import type { Section, SectionResult } from './section.ts';

/** What a summary section may read: the whole evaluated audit, never a source. */
export interface EvaluatedAudit {
  readonly evidence: Evidence;
  readonly evidenceHash: string;
  readonly judgement: Judgement;
  /** Worst first. */
  readonly findings: readonly Finding[];
  readonly checks: readonly CheckResult[];
  readonly gates: readonly GateResult[];
  readonly results: readonly SectionResult[];
  readonly figures: readonly Figure[];
  readonly files: readonly DataFile[];
}

/** A part of the report that is a function of the evaluated audit: recommendations, conclusion, appendices. */
export interface Summary {
  readonly id: string;
  readonly title: string;
  parts(audit: EvaluatedAudit): readonly Part[];
}

export type Entry = { readonly section: Section } | { readonly summary: Summary };

/** The report's entries in the report's order; an argument, never a global. */
export interface Registry {
  readonly entries: readonly Entry[];
  readonly sections: readonly Section[];
  readonly queries: readonly Query[];
  section(id: string): Section;
}

/** Refuses what would make a report ambiguous: two entries, rules, checks, queries or shared facts of one id. */
export function createRegistry(entries: readonly Entry[]): Registry {
  const sections = entries.flatMap((entry) => ('section' in entry ? [entry.section] : []));
  const queries = [...new Set(sections.flatMap((section) => section.queries))];
  refuseTwice('section', entries.map(entryId));
  refuseTwice(
    'query',
    queries.map(({ id }) => id),
  );
  const facts = [...new Set(sections.flatMap((section) => section.facts))];
  refuseTwice(
    'shared fact',
    facts.map(({ id }) => id),
  );
  refuseTwice(
    'rule',
    sections.flatMap(({ rules }) => rules.map(({ id }) => id)),
  );
  refuseTwice(
    'check',
    sections.flatMap(({ checks }) => checks.map(({ id }) => id)),
  );
  return {
    entries,
    sections,
    queries,
    section(id) {
      const found = sections.find((section) => section.id === id);
      if (!found)
        throw new Error(`no section ${id}; there are ${sections.map((section) => section.id).join(', ')}`);
      return found;
    },
  };
}

export function entryId(entry: Entry): string {
  return 'section' in entry ? entry.section.id : entry.summary.id;
}

function refuseTwice(what: string, ids: readonly string[]): void {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`${what} ${twice} is registered twice`);
}
