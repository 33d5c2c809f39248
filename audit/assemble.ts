import type { Block, Dataset, Part } from './block.ts';
import { createOutput } from './define-section.ts';
import type { Evidence } from './evidence.ts';
import type { Figure } from './figure.ts';
import { plainNumber, unitOf } from './format.ts';
import { EVIDENCE_ROWS, severityRank, type Finding } from './finding.ts';
import { front } from './first-page.ts';
import { asMeasured, rowBefore } from './history.ts';
import { oneByIncident, type Incidents } from './incidents.ts';
import { judgementFigures } from './judgement-figures.ts';
import { methodOfAudit } from './method.ts';
import { entryId, type EvaluatedAudit, type Registry } from './registry.ts';
import { policyChanges, policyOverrides } from './policy-changes.ts';
import type { DataFile, Report, ReportSection, ShownDataset } from './report.ts';
import type { SectionResult } from './section.ts';
import { absentSections } from './template-sections.ts';
import { text, type Text } from './text.ts';
import { judge } from './verdict.ts';

export interface AssembleRequest {
  readonly evidence: Evidence;
  readonly evidenceHash: string;
  /** In any order; the registry says the report's. */
  readonly results: readonly SectionResult[];
  /** The CSVs of `datasetsOf(results)` and the other data files, already written. */
  readonly files: readonly DataFile[];
  readonly registry: Registry;
  readonly kindTitle: string;
}

/** Joins the sections' results to one report: causes, scores, verdict, first page, summary sections. Pure. */
export function assembleReport(request: AssembleRequest): Report {
  const { evidence, evidenceHash, files, registry } = request;
  const results = inOrder(request.results, evidence, registry);
  const { findings: one, heldBy } = oneByIncident(results.flatMap((result) => result.findings));
  const checks = results.flatMap((result) => result.checks);
  const gates = results.flatMap((result) => result.gates);
  const failedSections = results.filter(({ status }) => status === 'failed').map(({ title }) => title);
  const subjects = results.flatMap(({ id }) => registry.section(id).subject ?? []);
  const preset = evidence.preset ?? 'standard';
  const changes = policyChanges(evidence.policy, registry, preset);
  const overrides = [...evidence.bot.overrides, ...policyOverrides(changes, preset)];
  const findings = asMeasured(
    [...one].sort(worstFirst(results)),
    rowBefore(evidence.history, evidence.window),
    methodOfAudit({ evidence, checks, overrides }),
  );
  const judgement = judge({ evidence, checks, gates, findings, failedSections, subjects });
  const out = createOutput('', evidence.bot.quoteCurrency);
  judgementFigures(judgement, checks, findings, out);
  const audit: EvaluatedAudit = {
    evidence,
    evidenceHash,
    judgement,
    findings,
    checks,
    gates,
    results,
    figures: [...figuresOf(results), ...out.figures],
    files,
    changes,
    overrides,
  };
  const first = front(audit);
  const sections = reportSections(audit, registry, heldBy).map((section) => without(first.hours, section));
  return {
    schemaVersion: 1,
    kind: evidence.kind,
    kindTitle: request.kindTitle,
    window: evidence.window,
    ...(evidence.scope !== undefined && { scope: evidence.scope }),
    bot: { ...evidence.bot, overrides },
    databaseVersion: evidence.databaseVersion,
    evidenceHash,
    sources: evidence.sources,
    entities: evidence.entities.map(({ expressions, ...state }) => state),
    judgement,
    front: first,
    checks,
    gates,
    findings,
    sections,
    absent: absentSections(sections.map(({ number }) => number)),
    figures: [...audit.figures].sort((a, b) => (a.key < b.key ? -1 : 1)),
    series: results.flatMap((result) => result.series),
    datasets: results.flatMap((result) =>
      result.datasets.map((dataset) => shown(dataset, sections, findings)),
    ),
    queries: evidence.queries,
    files,
    policy: evidence.policy,
  };
}

/** Every table of a report, whole: what the CSVs beside it are written from. */
export function datasetsOf(results: readonly SectionResult[]): readonly Dataset[] {
  return [...results.flatMap((result) => result.datasets), figuresDataset(results)];
}

/** Path of a dataset's CSV beside the report. */
export function datasetFile(id: string): string {
  return `data/${id}.csv`;
}

function inOrder(
  results: readonly SectionResult[],
  evidence: Evidence,
  registry: Registry,
): readonly SectionResult[] {
  const byId = new Map(results.map((result) => [result.id, result]));
  return registry.sections
    .filter(({ id }) => evidence.sections.includes(id))
    .map(({ id }) => {
      const result = byId.get(id);
      if (!result) throw new Error(`section ${id} belongs to this report but has no result`);
      return result;
    });
}

function reportSections(
  audit: EvaluatedAudit,
  registry: Registry,
  heldBy: Incidents['heldBy'],
): readonly ReportSection[] {
  const results = new Map(audit.results.map((result) => [result.id, result]));
  const rank = new Map(audit.findings.map(({ id }, index) => [id, index]));
  return registry.entries
    .filter((entry) => audit.evidence.sections.includes(entryId(entry)))
    .flatMap((entry): ReportSection[] => {
      if ('summary' in entry) {
        const { id, title } = entry.summary;
        const parts = entry.summary.parts(audit);
        return parts.length === 0 ? [] : [{ id, number: null, title, status: 'ok', parts }];
      }
      const result = results.get(entry.section.id);
      if (!result) return [];
      const { id, number, title, status, error } = result;
      const own = result.parts.map((part) => ranked(part, rank, foldedOf(result, heldBy)));
      const parts = entry.section.beside?.(own, audit.findings) ?? own;
      return [{ id, number, title, status, ...(error !== undefined && { error }), parts }];
    });
}

/** What the first page shows is not drawn again in its section. */
function without(shown: Block | null, section: ReportSection): ReportSection {
  const parts = section.parts.map((part) => ({
    ...part,
    blocks: part.blocks.filter((block) => block !== shown),
  }));
  return { ...section, parts };
}

/** Within a section findings stand as in the whole report: their numbers rise from card to card. */
function ranked(part: Part, rank: ReadonlyMap<string, number>, folded: readonly Text[]): Part {
  const order = (id: string): number => rank.get(id) ?? rank.size;
  const blocks = part.blocks.flatMap((block): readonly Block[] => {
    if (block.type !== 'findings') return [block];
    const findings = block.findings.filter((id) => rank.has(id)).sort((a, b) => order(a) - order(b));
    const elsewhere = folded.map((text): Block => ({ type: 'note', tone: 'neutral', text }));
    // None of its own is left: what was found is told elsewhere.
    return findings.length === 0 && elsewhere.length > 0 ? elsewhere : [{ ...block, findings }, ...elsewhere];
  });
  return { ...part, blocks };
}

/** Where the findings of a section are told that are folded into others. */
function foldedOf({ findings }: SectionResult, heldBy: Incidents['heldBy']): readonly Text[] {
  return findings.flatMap(({ id, rule, title }) => {
    const holder = heldBy.get(id);
    return holder ? [text`${title} (${rule}): the same incident as ${holder.rule}, and told there.`] : [];
  });
}

/** By severity, money at risk now before money that was, how much, recurrence, first seen (catalogue EX6); the id makes the order total. */
function worstFirst(results: readonly SectionResult[]): (a: Finding, b: Finding) => number {
  const values = new Map(
    results.flatMap(({ figures }) => figures.map(({ key, value }) => [key, value] as const)),
  );
  const stake = ({ atStake }: Finding): number =>
    Number((atStake === undefined ? null : values.get(atStake)) ?? 0);
  const isAtRisk = (finding: Finding): boolean => finding.standing && stake(finding) > 0;
  return (a, b) =>
    severityRank(a.severity) - severityRank(b.severity) ||
    Number(isAtRisk(b)) - Number(isAtRisk(a)) ||
    stake(b) - stake(a) ||
    b.recurrence.windows - a.recurrence.windows ||
    (a.firstSeen < b.firstSeen ? -1 : a.firstSeen > b.firstSeen ? 1 : 0) ||
    (a.id < b.id ? -1 : 1);
}

/** The dataset cut to the rows that some block or card shows. */
function shown(
  dataset: Dataset,
  sections: readonly ReportSection[],
  findings: readonly Finding[],
): ShownDataset {
  const tables = sections
    .flatMap(({ parts }) => parts.flatMap(({ blocks }) => blocks))
    .filter((block): block is Extract<Block, { type: 'table' }> => block.type === 'table')
    .filter((block) => block.dataset === dataset.id);
  const onCard = findings.some(({ evidence }) => evidence === dataset.id) ? EVIDENCE_ROWS : 0;
  const limit = Math.max(onCard, ...tables.map((block) => block.limit));
  const { id, title, columns, rows, queries } = dataset;
  return {
    id,
    title,
    columns,
    rows: rows.slice(0, limit),
    total: rows.length,
    file: datasetFile(id),
    queries,
  };
}

/** Figures of all sections. One that several state, as all of them can stand alone, is that of the first. */
function figuresOf(results: readonly SectionResult[]): readonly Figure[] {
  const byKey = new Map<string, Figure>();
  for (const figure of results.flatMap(({ figures }) => figures))
    if (!byKey.has(figure.key)) byKey.set(figure.key, figure);
  return [...byKey.values()];
}

/** All figures of all sections as one table, so that no number is only in the PDF. */
function figuresDataset(results: readonly SectionResult[]): Dataset {
  const text = (key: string, title: string): Dataset['columns'][number] => ({ key, title, unit: 'text' });
  return {
    id: 'figures',
    title: 'All figures',
    columns: [
      text('section', 'Section'),
      text('figure', 'Figure'),
      text('id', 'Catalogue'),
      text('title', 'Title'),
      text('value', 'Value'),
      text('reason', 'Reason'),
      text('unit', 'Unit'),
      text('basis', 'Basis'),
      text('formula', 'Formula'),
    ],
    rows: results.flatMap((result) =>
      result.figures.map((figure) => [
        result.id,
        figure.key,
        figure.id,
        figure.title,
        figure.value === null ? null : plainNumber(figure.value, figure.unit, figure.currency),
        figure.reason ?? null,
        // A currency says of what only where the unit is money: a percent of money is a percent.
        (figure.unit.startsWith('money') && unitOf(figure.unit, figure.currency)) || figure.unit,
        figure.basis,
        figure.formula,
      ]),
    ),
    queries: [],
  };
}
