import type { Block, Column, Dataset } from '../../../audit/block.ts';
import { amount, type Money } from '../../../audit/decimal.ts';
import type { Unit } from '../../../audit/figure.ts';
import type { Output } from '../../../audit/section.ts';
import { iso } from '../../../audit/time.ts';
import type { Scalar, Value } from '../../../audit/value.ts';

/** What a cell may be computed to: a decimal becomes digits, a time in milliseconds ISO 8601, a missing value an empty cell. */
type Computed = Scalar | Money | Value;

interface ColumnSpec<Row> {
  readonly title: string;
  readonly unit: Unit;
  /** The heading names the currency: `Net (USDT)`. */
  readonly named?: true;
  readonly detail?: true;
  readonly of: (row: Row, index: number) => Computed;
}

type Of<Row> = ColumnSpec<Row>['of'];
const column =
  (unit: Unit) =>
  <Row>(title: string, of: Of<Row>): ColumnSpec<Row> => ({ title, unit, of });

/** Columns by unit: `age: col.h('Age (h)', ({ ageH }) => ageH)`. */
export const col = {
  text: column('text'),
  time: column('time'),
  count: column('count'),
  money: column('money'),
  /** Money whose heading names the currency. */
  cash: <Row>(title: string, of: Of<Row>): ColumnSpec<Row> => ({ title, unit: 'money', named: true, of }),
  price: column('price'),
  quantity: column('quantity'),
  percent: column('percent'),
  ratio: column('ratio'),
  bps: column('bps'),
  ms: column('ms'),
  s: column('s'),
  min: column('min'),
  h: column('h'),
  bytes: column('bytes'),
};

/** Left to the CSV first, where a page is too narrow. */
export const detail = <Row>(spec: ColumnSpec<Row>): ColumnSpec<Row> => ({ ...spec, detail: true });

/** A table's columns, each with how its cell follows from a row; the key of a column is its name in the CSV. */
export interface Table<Row> {
  /** `currency`: of the money columns; left out where rows differ in it, or there is no money. */
  of(head: Pick<Dataset, 'id' | 'title' | 'queries'>, rows: readonly Row[], currency?: string): Dataset;
}

export function table<Row>(columns: Readonly<Record<string, ColumnSpec<Row>>>): Table<Row> {
  const specs = Object.entries(columns);
  return {
    of: ({ id, title, queries }, rows, currency) => ({
      id,
      title,
      columns: specs.map(([key, { title: heading, unit, named, detail: isDetail }]): Column => ({
        key,
        title: named && currency !== undefined ? `${heading} (${currency})` : heading,
        unit,
        ...(unit === 'money' && currency !== undefined && { currency }),
        ...(isDetail && { detail: true }),
      })),
      rows: rows.map((row, index) => specs.map(([, { unit, of }]) => scalarOf(of(row, index), unit))),
      queries,
    }),
  };
}

/** Registers tables of one section, whose id stands before theirs; `asked` gives the ids of its queries. */
export function tablesOf<Q>(
  out: Pick<Output, 'dataset'>,
  section: string,
  currency: string,
  asked: (...names: readonly Q[]) => readonly string[],
) {
  return <Row>(
    columns: Table<Row>,
    id: string,
    title: string,
    rows: readonly Row[],
    ...from: readonly Q[]
  ): void => {
    out.dataset(columns.of({ id: `${section}.${id}`, title, queries: asked(...from) }, rows, currency));
  };
}

/** Shows the first rows of a dataset; `none` is said when there are no rows. */
export function tableBlock(dataset: string, limit: number, none: string, title?: string): Block {
  return { type: 'table', ...(title !== undefined && { title }), dataset, limit, empty: [none] };
}

function scalarOf(cell: Computed, unit: Unit): Scalar {
  if (typeof cell === 'number' && unit === 'time') return iso(cell);
  if (cell === null || typeof cell !== 'object') return cell;
  return 'value' in cell ? cell.value : amount(cell);
}
