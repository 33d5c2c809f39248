import type { Block, Series } from '../audit/block.ts';
import type { Figure } from '../audit/figure.ts';
import type { Finding } from '../audit/finding.ts';
import type { Report, ShownDataset } from '../audit/report.ts';
import { formatValue } from '../audit/format.ts';
import { notAvailable } from '../audit/plain-text.ts';

/** Where renderers find what blocks point at. A pointer to nothing throws: it is a defect of a section. */
export interface Lookup {
  readonly report: Report;
  /** UTC day that the whole window lies in; times of it are printed without their date. */
  readonly day: string | undefined;
  figure(key: string): Figure;
  dataset(id: string): ShownDataset;
  series(id: string): Series;
  finding(id: string): Finding;
  /** Number of a finding in this report, worst first, from 1. */
  issueNumber(id: string): number;
}

export function createLookup(report: Report): Lookup {
  const figures = new Map(report.figures.map((figure) => [figure.key, figure]));
  const datasets = new Map(report.datasets.map((dataset) => [dataset.id, dataset]));
  const series = new Map(report.series.map((one) => [one.id, one]));
  const findings = new Map(report.findings.map((finding) => [finding.id, finding]));
  const numbers = new Map(report.findings.map(({ id }, index) => [id, index + 1]));
  return {
    report,
    day: dayOf(report.window),
    figure: (key) => found(figures, key, 'figure'),
    dataset: (id) => found(datasets, id, 'dataset'),
    series: (id) => found(series, id, 'series'),
    finding: (id) => found(findings, id, 'finding'),
    issueNumber: (id) => found(numbers, id, 'finding'),
  };
}

function found<T>(map: ReadonlyMap<string, T>, key: string, what: string): T {
  const value = map.get(key);
  if (value === undefined)
    throw new Error(`The report points at the ${what} ${key}, which it does not hold.`);
  return value;
}

function dayOf(window: Report['window']): string | undefined {
  const day = window.from.slice(0, 10);
  const lastInstant = new Date(Date.parse(window.to) - 1).toISOString();
  return lastInstant.startsWith(day) ? day : undefined;
}

type Glance = Extract<Block, { type: 'glance' }>;

/** The numbers that are known; the others by their names, so that nobody takes their absence for a zero. */
export function knownGlance(
  block: Glance,
  lookup: Lookup,
): { readonly known: Glance; readonly missing: string } {
  const figures = block.figures.filter(({ key }) => lookup.figure(key).value !== null);
  const missing = block.figures.filter((figure) => !figures.includes(figure)).map(({ title }) => title);
  return {
    known: { ...block, figures },
    missing: missing.length === 0 ? '' : `Not available: ${missing.join(', ')}; the sections say why.`,
  };
}

/** A figure as words: its value with unit, or why there is none. */
export function figureWords(figure: Figure, lookup: Lookup): string {
  if (figure.value !== null)
    return formatValue(figure.value, figure.unit, { currency: figure.currency, day: lookup.day });
  return notAvailable(figure);
}

/** A figure as a cell: its value with unit, or a dash; the reason is printed below the table. */
export function figureCell(figure: Figure, lookup: Lookup): string {
  return formatValue(figure.value, figure.unit, { currency: figure.currency, day: lookup.day });
}
