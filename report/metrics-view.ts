import type { Block, MetricRow } from '../audit/block.ts';
import type { Figure } from '../audit/figure.ts';
import { formatReason, unitOf } from '../audit/format.ts';
import type { Text } from '../audit/text.ts';
import { figureCell, type Lookup } from './lookup.ts';

/** A cell of a metrics table; `mark` names the note below the table that says why it is empty. */
export interface MetricCell {
  readonly text: string;
  readonly mark: string;
}

export interface MetricsView {
  readonly columns: readonly string[];
  /** What has a number; rows without any that lack it for one reason are in `missing`. */
  readonly rows: readonly {
    readonly title: string;
    readonly id: string;
    readonly cells: readonly MetricCell[];
    readonly basis: Text;
  }[];
  readonly hasBasis: boolean;
  /** Said once over the table: the basis of every row that names no other; empty when each names its own. */
  readonly sharedBasis: Text;
  /** Said once over the table: titles of the rows that are not available, by reason. */
  readonly missing: readonly { readonly reason: string; readonly titles: string }[];
  readonly notes: readonly { readonly mark: string; readonly text: string }[];
}

type MetricsBlock = Extract<Block, { type: 'metrics' }>;

/** So many rows say the same: then it is said once for all of them. */
const MANY = 3;

/** Each reason is printed once: over the table for whole rows, below it, under a letter, for single cells. */
export function metricsView(whole: MetricsBlock, lookup: Lookup): MetricsView {
  const block = withoutEmptyColumns(whole);
  const missing = missingRows(block.rows, lookup);
  const left = block.rows.filter((row) => !missing.some(({ rows }) => rows.includes(row)));
  const shared = sharedBasis(left);
  const marks = new Map<string, string>();
  const cell = (key: string | null, basis: Text): MetricCell => {
    if (key === null) return { text: '', mark: '' };
    const figure = lookup.figure(key);
    if (figure.value !== null) return { text: figureCell(figure, lookup), mark: '' };
    const reason = reasonOf(figure);
    // The row's own basis says it.
    if (same(basis, [reason])) return { text: figureCell(figure, lookup), mark: '' };
    const mark = marks.get(reason) ?? letters(marks.size);
    marks.set(reason, mark);
    return { text: figureCell(figure, lookup), mark };
  };
  const rows = left.map((row) => ({
    title: row.title,
    id: row.id ?? '',
    cells: row.figures.map((key) => cell(key, same(row.basis, shared) ? [] : row.basis)),
    basis: same(row.basis, shared) ? [] : hasWords(row.basis) || !hasWords(shared) ? row.basis : ['–'],
  }));
  return {
    columns: block.columns,
    rows,
    hasBasis: rows.some(({ basis }) => hasWords(basis)),
    sharedBasis: hasWords(shared)
      ? [
          rows.some(({ basis }) => hasWords(basis)) ? 'Basis, where a row names no other: ' : 'Basis: ',
          ...shared,
          '.',
        ]
      : [],
    missing: missing.map(({ reason, rows: of }) => ({
      reason,
      titles: of.map(({ title }) => title).join(', '),
    })),
    notes: Array.from(marks, ([text, mark]) => ({ mark, text })),
  };
}

/** A column in which no row has a figure says nothing. */
function withoutEmptyColumns(block: MetricsBlock): MetricsBlock {
  const used = block.columns.map((_, index) =>
    block.rows.some(({ figures }) => (figures[index] ?? null) !== null),
  );
  const kept = <T>(all: readonly T[]): readonly T[] => all.filter((_, index) => used[index] === true);
  return {
    ...block,
    columns: kept(block.columns),
    rows: block.rows.map((row) => ({ ...row, figures: kept(row.figures) })),
  };
}

/** Fewer rows of zeros stay among the others. */
const MANY_ZEROS = 4;

/** As paper has it: rows in which every number is 0 are named in one sentence, so that what happened stands out. */
export function paperView(block: MetricsBlock, lookup: Lookup): MetricsView & { readonly zeros: string } {
  const zeros = block.rows.filter(
    ({ figures }) => figures.some((key) => key !== null) && figures.every((key) => isZero(key, lookup)),
  );
  if (zeros.length < MANY_ZEROS) return { ...metricsView(block, lookup), zeros: '' };
  const names = zeros.map(({ title, id }) => (id === undefined ? title : `${title} ${id}`));
  return {
    ...metricsView({ ...block, rows: block.rows.filter((row) => !zeros.includes(row)) }, lookup),
    zeros: `${zeros.length === block.rows.length ? 'All of these are 0' : 'These are 0'}: ${names.join(', ')}.`,
  };
}

function isZero(key: string | null, lookup: Lookup): boolean {
  if (key === null) return true;
  const { value, unit } = lookup.figure(key);
  return value !== null && unit !== 'text' && unit !== 'time' && Number(value) === 0;
}

/** Set small: each title has its row's unit, so that the numbers are short, and no row says where it comes from. */
export function referenceView(block: MetricsBlock, lookup: Lookup): MetricsView {
  const view = metricsView(block, lookup);
  const byTitle = new Map(block.rows.map((row) => [`${row.title} ${row.id ?? ''}`, row]));
  const rows = view.rows.map((row) => {
    const keys = byTitle.get(`${row.title} ${row.id}`)?.figures.filter((key) => key !== null) ?? [];
    const units = new Set(keys.map((key) => unitWords(lookup.figure(key))));
    const [unit = ''] = units;
    if (units.size !== 1 || unit === '') return { ...row, basis: [] };
    const cells = row.cells.map((cell) => ({ ...cell, text: withoutUnit(cell.text, unit) }));
    return { ...row, title: `${row.title} (${unit})`, cells, basis: [] };
  });
  return { ...view, rows, hasBasis: false, sharedBasis: [] };
}

/** Durations are written with the unit that suits each. */
function unitWords({ unit, currency }: Figure): string {
  return unit === 's' ? '' : unitOf(unit, currency);
}

function withoutUnit(text: string, unit: string): string {
  return text.endsWith(` ${unit}`) ? text.slice(0, -unit.length - 1) : text;
}

interface MissingRows {
  readonly reason: string;
  readonly rows: readonly MetricRow[];
}

/** Rows without a single number, by the reason that all their cells have; fewer than three stay in the table. */
function missingRows(rows: readonly MetricRow[], lookup: Lookup): readonly MissingRows[] {
  const byReason = new Map<string, MetricRow[]>();
  for (const row of rows) {
    const figures = row.figures.flatMap((key) => (key === null ? [] : [lookup.figure(key)]));
    const reasons = new Set(figures.map((figure) => (figure.value === null ? reasonOf(figure) : '')));
    const [reason = ''] = reasons;
    if (reasons.size === 1 && reason !== '') byReason.set(reason, [...(byReason.get(reason) ?? []), row]);
  }
  return Array.from(byReason, ([reason, all]) => ({ reason, rows: all })).filter(
    ({ rows: all }) => all.length >= MANY,
  );
}

/** The basis of at least half of the rows, and of three. */
function sharedBasis(rows: readonly MetricRow[]): Text {
  const counts = rows.map(({ basis }) => ({
    basis,
    count: rows.filter((row) => same(row.basis, basis)).length,
  }));
  const most = counts.reduce<(typeof counts)[number] | undefined>(
    (best, one) => (one.count > (best?.count ?? 0) ? one : best),
    undefined,
  );
  const isShared =
    most !== undefined && hasWords(most.basis) && most.count >= Math.max(MANY, rows.length / 2);
  return isShared ? most.basis : [];
}

function hasWords(text: Text): boolean {
  return text.some((piece) => piece !== '');
}

function same(one: Text, other: Text): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function reasonOf(figure: Figure): string {
  return formatReason(figure.reason ?? 'no_data', figure.detail);
}

/** a, b, ... z, aa, ab, ... */
function letters(index: number): string {
  const rest = Math.floor(index / 26);
  return `${rest === 0 ? '' : letters(rest - 1)}${String.fromCharCode(97 + (index % 26))}`;
}
