import type { Block, MetricRow } from '../../../audit/block.ts';
import { amount, type Money } from '../../../audit/decimal.ts';
import { figureKey, type FigureSpec, type Labels, type Unit } from '../../../audit/figure.ts';
import { formatReason } from '../../../audit/format.ts';
import type { Output } from '../../../audit/section.ts';
import { fig, text, type Text } from '../../../audit/text.ts';
import { iso } from '../../../audit/time.ts';
import { isKnown, known, missing, type Missing, type Value } from '../../../audit/value.ts';
import { capitalised } from './words.ts';

/** One number with its sample, where it is a rate or a percentile. */
export interface Cell {
  readonly value: Value;
  readonly n?: number;
  readonly interval?: readonly [number, number] | null;
}

/** What a line may be computed to: a decimal becomes digits, a time in milliseconds ISO 8601. */
export type Computed = Cell | Value | string | number | Money;

/** What a group of lines is split by: one figure a column, told apart by its labels. */
export interface ColumnOf<C> {
  /** What the lines' `of` is asked for. */
  readonly is: C;
  /** The table's heading. */
  readonly title: string;
  readonly labels: Labels;
  /** Stands behind the title of each figure: `, Binance`. */
  readonly suffix?: string;
  /** Of its money; the group's where it is left out. */
  readonly currency?: string;
}

/** A column an exchange and one for the total, which is null. */
export function byExchange(venues: readonly string[]): readonly ColumnOf<string | null>[] {
  return [
    ...venues.map((venue) => ({
      is: venue,
      title: capitalised(venue),
      labels: { exchange: venue },
      suffix: `, ${capitalised(venue)}`,
    })),
    { is: null, title: 'Total', labels: {} },
  ];
}

/** One column: the figures stand for the whole bot. */
export const WHOLE_BOT: readonly ColumnOf<null>[] = [{ is: null, title: 'Value', labels: {} }];

type PerColumn<C, T> = T | ((column: C) => T);

/** A figure in each column and its row of the table, said once. */
export interface Line<C = string | null> {
  readonly name: PerColumn<C, string>;
  readonly labels?: Labels;
  /** Catalogue id. */
  readonly id?: string;
  readonly unit: Unit;
  readonly title: PerColumn<C, string>;
  readonly formula: PerColumn<C, string>;
  readonly basis?: string;
  readonly queries?: readonly string[];
  /** Why it is known in no column, where that is not the group's reason. */
  readonly unseen?: Missing | null;
  readonly of: (column: C) => Computed;
  /**
   * Of an extreme when it was, milliseconds; null where it never was, undefined where the column is none. A figure of its
   * own, and the row's last column says it.
   */
  readonly when?: (column: C) => number | null | undefined;
  /** The row's heading; left out: the figure is in no table. `true`: the figure's own title. */
  readonly row?: string | true;
  /** The row's last column; left out: the basis. */
  readonly note?: Text | string;
}

type Shown = Pick<Line, 'unit'> & Record<'id' | 'name' | 'title', string> & { readonly row: true };
/** What a line says beside its head. */
type Rest<C> = Pick<Line<C>, 'formula' | 'of'> & Partial<Omit<Line<C>, 'id' | 'unit' | 'name' | 'title'>>;

/** A line whose row has the title of its figure, where `rest` has no other; without `rest` its head alone. */
export function shown(id: string, unit: Unit, name: string, title: string): Shown;
export function shown<C>(id: string, unit: Unit, name: string, title: string, rest: Rest<C>): Line<C>;
export function shown<C>(
  id: string,
  unit: Unit,
  name: string,
  title: string,
  rest?: Rest<C>,
): Shown | Line<C> {
  const head: Shown = { id, name, unit, title, row: true };
  return rest === undefined ? head : { ...head, ...rest };
}

/** A line that is in no table, where `rest` has no row; null: without a catalogue id. */
export function unshown<C>(
  id: string | null,
  unit: Unit,
  name: string,
  title: string,
  rest: Rest<C>,
): Line<C> {
  return { ...(id !== null && { id }), name, unit, title, ...rest };
}

type Own = Omit<Line<unknown>, 'name' | 'title' | 'of' | 'unit'> & { readonly unit?: Unit };

/**
 * Makes lines of one column whose numbers are there already; `shared` is what they have in common. With a formula alone
 * the row has the title of its figure.
 */
export function counted(shared: Partial<Line<unknown>>) {
  return (name: string, title: string, value: Computed, own: Own | string): Line<unknown> => ({
    unit: 'count',
    ...shared,
    name,
    title,
    of: () => value,
    ...(typeof own === 'string' ? { formula: own, row: true } : own),
  });
}

/** A row of the table whose figures stand elsewhere: one number has one name. */
interface Pointer {
  readonly figure: string;
  readonly labels?: Labels;
  readonly id?: string;
  readonly row: string;
  readonly note: Text | string;
}

export interface LinesSpec<C> {
  readonly columns: readonly ColumnOf<C>[];
  readonly basis: string;
  readonly queries: readonly string[];
  /** Of money; the bot's quote currency. */
  readonly currency: string;
  /** Why none of them is known; then nothing is computed. */
  readonly unseen?: Missing | null;
  readonly lines: readonly (Line<C> | Pointer)[];
}

/** A group of lines: registers its figures, and shows those that have a row. */
export interface Lines {
  define(out: Output): void;
  /** `reasons`: where the last column's figure is not known, its reason stands in place of the basis. */
  block(out: Output, shown?: { readonly title?: string; readonly reasons?: boolean }): Block;
}

export function lines<C>(spec: LinesSpec<C>): Lines {
  const shown = spec.lines.filter(({ row }) => row !== undefined);
  return {
    define(out) {
      for (const line of spec.lines)
        if ('of' in line)
          for (const column of spec.columns) {
            out.figure(figureOf(spec, line, column));
            const when = line.when?.(column.is);
            if (when !== undefined) out.figure(figureOf(spec, timeOf(line, when), column));
          }
    },
    block: (out, { title, reasons = false } = {}) => ({
      type: 'metrics',
      ...(title !== undefined && { title }),
      columns: spec.columns.map((column) => column.title),
      rows: shown.map((line) => rowOf(spec, line, { out, reasons })),
    }),
  };
}

function figureOf<C>(
  spec: LinesSpec<C>,
  line: Line<C>,
  { is, labels, suffix = '', currency = spec.currency }: ColumnOf<C>,
): FigureSpec {
  const { unit, id } = line;
  const unseen = line.unseen === undefined ? (spec.unseen ?? null) : line.unseen;
  const { value, n, interval } = unseen === null ? cellOf(line.of(is), unit) : { value: unseen };
  return {
    name: per(line.name, is),
    labels: { ...line.labels, ...labels },
    value,
    unit,
    ...(isMoney(unit) && { currency }),
    ...(id !== undefined && { id }),
    title: `${per(line.title, is)}${suffix}`,
    basis: line.basis ?? spec.basis,
    queries: line.queries ?? spec.queries,
    formula: per(line.formula, is),
    ...(n !== undefined && { n }),
    ...(interval !== undefined && interval !== null && { interval }),
  };
}

/** When an extreme was, as a line of its own. */
function timeOf<C>(line: Line<C>, when: number | null): Line<C> {
  return {
    ...line,
    unit: 'time',
    name: (column) => whenName(per(line.name, column)),
    title: (column) => `${per(line.title, column)}, when`,
    formula: 'time of it, the first where it was so more than once',
    of: () => when ?? missing('no_data', 'it never was'),
  };
}

const whenName = (name: string): string => `${name}_at`;

function rowOf<C>(
  spec: LinesSpec<C>,
  line: Line<C> | Pointer,
  { out, reasons }: { readonly out: Output; readonly reasons: boolean },
): MetricRow {
  const name = 'of' in line ? line.name : line.figure;
  const figures = spec.columns.map(({ is, labels }) =>
    figureKey(per(name, is), { ...line.labels, ...labels }),
  );
  const last = spec.columns.at(-1);
  const title = 'of' in line && line.row === true && last ? per(line.title, last.is) : String(line.row);
  const basis = line.note ?? ('of' in line ? line.basis : undefined) ?? spec.basis;
  const value = reasons ? out.value(figures.at(-1) ?? '') : null;
  const shown = value !== null && !isKnown(value) ? formatReason(value.reason, value.detail) : basis;
  const said = typeof shown === 'string' ? text`${shown}` : shown;
  return {
    title,
    ...(line.id !== undefined && { id: line.id }),
    figures,
    basis: [...said, ...whenOf(spec, line, said, out)],
  };
}

/** `, at 02:13` of the last column, where that is known and not said yet. */
function whenOf<C>({ columns }: LinesSpec<C>, line: Line<C> | Pointer, said: Text, out: Output): Text {
  const last = columns.at(-1);
  if (!('of' in line) || line.when === undefined || last === undefined) return [];
  const key = figureKey(whenName(per(line.name, last.is)), { ...line.labels, ...last.labels });
  const isSaid = said.some((piece) => typeof piece === 'object' && 'figure' in piece && piece.figure === key);
  return isKnown(out.value(key)) && !isSaid ? text`, at ${fig(key)}` : [];
}

function cellOf(computed: Computed, unit: Unit): Cell {
  if (typeof computed === 'number' && unit === 'time') return { value: known(iso(computed)) };
  if (typeof computed !== 'object') return { value: known(computed) };
  if (!('value' in computed)) return { value: known(amount(computed)) };
  const { value } = computed;
  return value !== null && typeof value === 'object' ? computed : { value: computed };
}

function per<C, T extends string>(of: PerColumn<C, T>, column: C): T {
  return typeof of === 'function' ? of(column) : of;
}

/** Units whose figures name a currency. */
export function isMoney(unit: Unit): boolean {
  return unit === 'money' || unit === 'money_min';
}
