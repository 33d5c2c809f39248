import type { EntityName } from '../../audit/contract.ts';
import type { ColumnPlan } from './column-plan.ts';
import { quoteIdentifier } from './sql-text.ts';

/** `position_id_raw` beside `position_id`: what the bot's column holds, so that an index on it can serve a comparison. */
export const RAW = '_raw';
/** `id_alike`: the same in the cases that a writer may give it, as an array: as it is, in lower and in upper case. */
const ALIKE = '_alike';

/** Types that compare with each other without a cast; a text of another type is compared in its normal form. */
const FAMILIES: Readonly<Record<string, Family>> = {
  text: 'text',
  'character varying': 'text',
  smallint: 'bigint',
  integer: 'bigint',
  bigint: 'bigint',
  uuid: 'uuid',
  'timestamp without time zone': 'timestamp',
};
type Family = 'text' | 'bigint' | 'uuid' | 'timestamp';

interface Columns {
  readonly entity: EntityName;
  readonly columns: readonly ColumnPlan[];
  readonly padded?: ReadonlySet<string>;
}

/** The columns of a relation that a query names with `_raw`, as expressions with their names. */
export type RawColumns<Relation extends Columns> = (
  relation: Relation,
) => readonly (readonly [name: string, expression: string])[];

/**
 * Bare columns for the names that a query gives them. Ids of one kind of thing are compared across relations: where the
 * bot keeps them in types that do not compare, or with blanks around them, all of them stay texts, at the cost of their
 * indexes.
 */
export function rawColumns<Relation extends Columns>(
  names: ReadonlySet<string>,
  relations: readonly Relation[],
  normalForm: (relation: Relation, plan: ColumnPlan) => string,
): RawColumns<Relation> {
  const wanted = (relation: Relation): readonly ColumnPlan[] =>
    relation.columns.filter(({ name }) => names.has(name + RAW) || names.has(name + ALIKE));
  const families = new Map<string, Set<Family | undefined>>();
  for (const relation of relations)
    for (const plan of wanted(relation)) {
      if (plan.state !== 'ok') continue;
      const kind = comparedWith(relation.entity, plan);
      const family = relation.padded?.has(plan.name) === true ? undefined : FAMILIES[plan.found ?? ''];
      families.set(kind, (families.get(kind) ?? new Set()).add(family));
    }
  return (relation) =>
    wanted(relation).flatMap((plan) => {
      const [family, ...others] = families.get(comparedWith(relation.entity, plan)) ?? [];
      const isBare = family !== undefined && others.length === 0;
      const raw = isBare ? bareColumn(plan, family) : normalForm(relation, plan);
      // Of a number or a uuid there is one spelling.
      const alike = isBare && family !== 'text' ? [raw] : [raw, `lower(${raw})`, `upper(${raw})`];
      const both = [
        [RAW, raw],
        [ALIKE, `array[${alike.join(', ')}]`],
      ] as const;
      return both.flatMap(([suffix, sql]) =>
        names.has(plan.name + suffix) ? [[plan.name + suffix, sql] as const] : [],
      );
    });
}

function bareColumn({ name, state }: ColumnPlan, family: Family): string {
  if (state !== 'ok') return `null::${family}`;
  const column = `m.${quoteIdentifier(name)}`;
  return family === 'text' ? `${column}::text` : column;
}

/** What a column identifies; one that is no id is compared with itself only. */
function comparedWith(entity: EntityName, { name, type }: ColumnPlan): string {
  if (type !== 'id') return `${entity}.${name}`;
  if (name === 'id' || name === 'parent_id') return entity;
  return name.endsWith('order_id') ? 'order' : name.replace(/_id$/, '');
}
