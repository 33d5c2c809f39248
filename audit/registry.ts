import type { z } from 'zod';
import type { Part } from './block.ts';
import type { CheckResult, GateResult } from './check.ts';
import type { Evidence, Policy } from './evidence.ts';
import type { Figure } from './figure.ts';
import type { Finding } from './finding.ts';
import type { PolicyChange } from './policy-changes.ts';
import { kindOf, KINDS, type Kind } from './kinds.ts';
import type { Query } from './query.ts';
import type { DataFile, Judgement } from './report.ts';
import { scoringSettings } from './scoring.ts';
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
  /** Thresholds that are not the project's own. */
  readonly changes: readonly PolicyChange[];
  /** What the head of the report names as overrides in force. */
  readonly overrides: readonly string[];
}

/** A part of the report that is a function of the evaluated audit: recommendations, conclusion, appendices. */
export interface Summary {
  readonly id: string;
  readonly title: string;
  parts(audit: EvaluatedAudit): readonly Part[];
}

export type Entry =
  | {
      readonly section: Section;
      /** Only in the kinds that list it: `all` does not mean it. */
      readonly listed?: true;
    }
  | { readonly summary: Summary };

/** Settings as `policy.<id>` of the configuration; a section's checks may be excused there. */
export interface PolicyPart {
  readonly id: string;
  readonly title?: string;
  readonly settings: z.ZodType;
  readonly checks?: readonly { readonly id: string }[];
}

/** The report's entries in the report's order; an argument, never a global. */
export interface Registry {
  readonly entries: readonly Entry[];
  readonly sections: readonly Section[];
  readonly queries: readonly Query[];
  readonly kinds: readonly Kind[];
  /** Everything that a policy may hold: the settings of sections, of the facts they share, and of the scores. */
  readonly policy: readonly PolicyPart[];
  section(id: string): Section;
}

/** Refuses what would make a report ambiguous: two of one id, and a kind that shows what is not there. */
export function createRegistry(entries: readonly Entry[], kinds: readonly Kind[] = KINDS): Registry {
  const sections = entries.flatMap((entry) => ('section' in entry ? [entry.section] : []));
  const queries = [...new Set(sections.flatMap((section) => section.queries))];
  refuseTwice('section', entries.map(entryId));
  refuseTwice(
    'kind',
    kinds.map(({ id }) => id),
  );
  kinds.forEach((kind) => {
    refuseUnknownSections(kind, entries.map(entryId));
  });
  refuseTwice(
    'query',
    queries.map(({ id }) => id),
  );
  const facts = [...new Set(sections.flatMap((section) => section.facts))];
  refuseTwice(
    'shared fact',
    facts.map(({ id }) => id),
  );
  const policy = [
    ...sections,
    ...facts.flatMap(({ id, title, settings }) =>
      settings ? [{ id, settings, ...(title && { title }) }] : [],
    ),
    { id: 'scoring', title: 'Scores', settings: scoringSettings },
  ];
  refuseTwice(
    'policy',
    policy.map(({ id }) => id),
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
    kinds,
    policy,
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

/** What a policy says of these sections, of the facts they share, and of the scores; the rest judges other reports. */
export function policyOf(sections: readonly Section[], policy: Policy): Policy {
  const read = new Set([
    ...sections.flatMap(({ id, facts }) => [id, ...facts.map((fact) => fact.id)]),
    'scoring',
  ]);
  return Object.fromEntries(Object.entries(policy).filter(([id]) => read.has(id)));
}

/** Ids of the entries that a kind shows, in the report's order. */
export function entriesOf({ entries, kinds }: Registry, kind: string): readonly string[] {
  const { sections } = kindOf(kind, kinds);
  const all = entries.filter((entry) => !('listed' in entry)).map(entryId);
  return sections === 'all' ? all : entries.map(entryId).filter((id) => sections.includes(id));
}

function refuseUnknownSections({ id, sections }: Kind, known: readonly string[]): void {
  const unknown = sections === 'all' ? undefined : sections.find((section) => !known.includes(section));
  if (unknown !== undefined)
    throw new Error(`kind ${id} names section ${unknown}; there are ${known.join(', ')}`);
}

function refuseTwice(what: string, ids: readonly string[]): void {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`${what} ${twice} is registered twice`);
}
