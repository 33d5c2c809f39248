import { assembleReport } from '../../audit/assemble.ts';
import { evaluateSection, openEvidence, type OpenEvidence } from '../../audit/evaluate.ts';
import type { Evidence, QueryRun } from '../../audit/evidence.ts';
import type { Rows } from '../../audit/input.ts';
import type { Kind } from '../../audit/kinds.ts';
import type { Query } from '../../audit/query.ts';
import { createRegistry, entriesOf, entryId, type Registry } from '../../audit/registry.ts';
import type { Report } from '../../audit/report.ts';
import type { SectionResult } from '../../audit/section.ts';
import { factsBelow, queriesOf, type FactReader } from '../../audit/shared-fact.ts';
import type { Reason } from '../../audit/value.ts';
import { registry as builtIn } from '../../sections/index.ts';
import { rowsFor } from '../../sources/bundle.ts';
import { loadEvidence, openBundle, type LoadedEvidence } from '../../sources/collect.ts';
import { auditWindow, type Bench, type FilledBench } from '../support/audit.ts';

/** A window that passes, its evidence and what each section said of it. */
export interface CleanWindow {
  readonly kind: Kind;
  readonly registry: Registry;
  readonly report: Report;
  readonly loaded: LoadedEvidence;
  readonly open: OpenEvidence;
  readonly results: readonly SectionResult[];
}

/** The registry of what a kind shows, so that its queries are those that the kind asks. */
export function registryOf(kind: Kind): Registry {
  const shown = entriesOf(builtIn, kind.id);
  return createRegistry(
    builtIn.entries.filter((entry) => shown.includes(entryId(entry))),
    [kind],
  );
}

/** An audit of the demo's windows `from` to `to` (of its three shifts) with every source that the demo has. */
export async function cleanWindow(
  bench: Bench,
  filled: FilledBench,
  kind: Kind,
  shifts: readonly [from: number, to: number],
): Promise<CleanWindow> {
  const [from, to] = shifts.map((index) => filled.shifts[index]);
  if (from === undefined || to === undefined) throw new Error('the demo has three shifts');
  const sources = { ...filled.bot.facts.sources, exchange: 'required' } as const;
  const bot = { ...filled.bot, facts: { ...filled.bot.facts, sources } };
  const registry = registryOf(kind);
  const window = { from: from.from, to: to.to };
  const audited = await auditWindow(bench, { ...filled, bot, window, registry, kind: kind.id });
  const loaded = await loadEvidence(bench.artifacts, audited.evidenceHash);
  const open = openBundle(loaded, kind.bucketS);
  return { kind, registry, loaded, open, report: audited.report, results: audited.results };
}

/**
 * The window judged again after its evidence was changed.
 *
 * @param lost the one query whose run was changed: a section, a fact and rows that do not ask it see nothing else than
 * before, so they are those of the clean window. Without it everything is evaluated anew.
 */
export function judgedAgain(
  clean: CleanWindow,
  change: (evidence: Evidence) => Evidence,
  rowsOf = clean.loaded.rowsOf.bind(clean.loaded),
  lost?: string,
): Report {
  const { registry, kind } = clean;
  const evidence = change(clean.loaded.evidence);
  const open =
    lost === undefined
      ? openBundle({ evidence, rowsOf }, kind.bucketS)
      : openLost(clean, lost, evidence, rowsOf);
  const results = registry.sections.map((section, index) => {
    const isLost = lost === undefined || section.queries.some(({ id }) => id === lost);
    return (isLost ? undefined : clean.results[index]) ?? evaluateSection(section, open);
  });
  return assembleReport({
    evidence,
    evidenceHash: 'e'.repeat(64),
    results,
    files: [],
    registry,
    kindTitle: kind.title,
  });
}

function openLost(
  { open: cleanOpen, kind }: CleanWindow,
  lost: string,
  evidence: Evidence,
  rowsOf: LoadedEvidence['rowsOf'],
): OpenEvidence {
  const rowsOfQuery = (query: Query): Rows<unknown> =>
    query.id === lost ? rowsFor({ evidence, rowsOf }, query) : cleanOpen.rowsOf(query);
  const open = openEvidence({ evidence, bucketS: kind.bucketS, rowsFor: rowsOfQuery });
  const factOf: FactReader = (fact) => {
    const asked = queriesOf(fact.queries, factsBelow(fact.uses));
    return asked.some(({ id }) => id === lost) ? open.factOf(fact) : cleanOpen.factOf(fact);
  };
  return { ...open, factOf };
}

/** What a database says of such a query; in turn, since the audit reads none of these words. */
const FAULTS = [
  'relation "bot.rows" does not exist',
  'canceling statement due to statement timeout',
  'permission denied for table rows',
  'query would be affected by row-level security policy for table "rows"',
];

/** The evidence in which one query of the registry ended so. */
export function lose(
  { queries }: Registry,
  id: string,
  status: QueryRun['status'],
  reason: Reason,
): (evidence: Evidence) => Evidence {
  const error = FAULTS[queries.findIndex((query) => query.id === id) % FAULTS.length] ?? '';
  return (evidence) => ({
    ...evidence,
    queries: evidence.queries.map((run) =>
      run.id === id ? { ...run, status, reason, error, rowCount: 0, rows: null } : run,
    ),
  });
}
