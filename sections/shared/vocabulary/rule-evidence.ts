import type { Output } from '../../../audit/section.ts';
import type { Scalar } from '../../../audit/value.ts';
import type { Base, Context, From } from './rule-context.ts';
import type { Table } from './table.ts';
import { venueSlug } from './words.ts';

/** A dataset that the section shows anyway, when all of its rows are accused; its rows that are; else a table of the cases. */
export type Evidence<F, I extends Base, C, G = unknown> =
  string | AccusedSpec<F, I, C, G> | EvidenceSpec<F, I, C, G>;

export interface EvidenceSpec<F, I extends Base, C, G = unknown> {
  readonly id: string;
  /** Ends the id where two findings of one exchange have a table each. */
  readonly suffix?: (context: Context<F, I, C, G>) => string;
  readonly title: string | ((context: Context<F, I, C, G>) => string);
  readonly table: Table<C> | ((context: Context<F, I, C, G>) => Table<C>);
  /** In the order in which the card shows them. */
  readonly rows?: (context: Context<F, I, C, G>) => readonly C[];
  readonly queries?: readonly string[] | ((facts: F) => readonly string[]);
}

/** The rows of a dataset that this finding accuses: a card shows the first of them, and none of another finding. */
export interface AccusedSpec<F, I extends Base, C, G = unknown> {
  readonly of: string;
  /** `cell` gives the row's value by the column's key. */
  readonly accused: (cell: (column: string) => Scalar, context: Context<F, I, C, G>) => boolean;
}

/** The id of the dataset that shows the finding’s own rows. */
export function evidenceOf<F, I extends Base, C, G>(
  { id: rule, evidence }: { readonly id: string; readonly evidence: Evidence<F, I, C, G> },
  context: Context<F, I, C, G>,
  { from, cause }: { readonly from: From; readonly cause: string },
  out: Output,
): string {
  if (typeof evidence === 'string') return evidence;
  if ('of' in evidence) return accusedRows(evidence, context, [rule, cause], out);
  const { venue, place, found, facts } = context;
  const { id, suffix, table, rows, queries } = evidence;
  const title = typeof evidence.title === 'string' ? evidence.title : evidence.title(context);
  const head = {
    id: [id, ...(venue === null ? [] : [venueSlug(venue)]), ...(suffix ? [suffix(context)] : [])].join('.'),
    title: venue === null ? title : `${title}, ${place}`,
    queries: typeof queries === 'function' ? queries(facts) : (queries ?? from.queries),
  };
  return out.dataset(
    (typeof table === 'function' ? table(context) : table).of(head, rows?.(context) ?? found, out.currency),
  );
}

function accusedRows<F, I extends Base, C, G>(
  { of, accused }: AccusedSpec<F, I, C, G>,
  context: Context<F, I, C, G>,
  names: readonly string[],
  out: Output,
): string {
  const all = out.shown(of);
  if (all === undefined) throw new Error(`no dataset ${of}`);
  const keys = all.columns.map(({ key }) => key);
  const rows = all.rows.filter((row) => accused((column) => row[keys.indexOf(column)] ?? null, context));
  if (rows.length === all.rows.length) return of;
  const { venue, kind } = context;
  const parts = [
    ...(venue === null ? [] : [venueSlug(venue)]),
    ...(kind === undefined ? [] : [kind]),
    ...names,
  ];
  const id = `${of}.${parts
    .join('.')
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')}`.slice(0, 110);
  const title = `${all.title}, those of ${names[0] ?? ''}${context.place === '' ? '' : ` on ${context.place}`}`;
  return out.dataset({ ...all, id: unused(id, out), title, rows });
}

/** Two findings of one cause are one in the end, and show their rows until then under names of their own. */
function unused(id: string, out: Output, n = 2): string {
  if (!out.shown(id)) return id;
  const next = `${id}-${String(n)}`;
  return out.shown(next) ? unused(id, out, n + 1) : next;
}
