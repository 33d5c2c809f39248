import type { ColumnPlan } from './column-plan.ts';
import type { Parameters, Relation } from './compile.ts';
import type { Session } from './session.ts';
import { quoteIdentifier } from './sql-text.ts';
import { rawRows } from './window-rows.ts';

/** What is never 0 each time if somebody measures it, by entity and column; `unless` is true of a row that has none. */
const MEASURED: Readonly<Record<string, { readonly unless?: string }>> = {
  'api_call.duration_ms': {},
  // The call itself counts.
  'api_call.rate_limit_used': {},
  'stop_change.duration_ms': {},
  // Nothing was sent of one that was left.
  'trailing_update.duration_ms': { unless: 'skipped' },
};
/** Fewer may all have been rounded down. */
const ZEROS_NEEDED = 20;

/** How the rows of the window spell what queries compare, asked before the first of them. */
export type WindowTraits = Pick<Relation, 'padded' | 'unmeasured'>;

/**
 * Ids that blanks stand around (one that is all blanks is none, and equals nothing anyway), and durations and
 * counts that are 0 in every row of many: nobody measured them.
 */
export async function windowTraits(
  session: Session,
  relation: Relation,
  parameters: Parameters,
): Promise<WindowTraits> {
  const asked = relation.columns.flatMap((plan) => {
    const isTrue = isPadded(plan) ?? isUnmeasured(plan, relation);
    return isTrue === null ? [] : [{ plan, sql: `${isTrue} as ${quoteIdentifier(plan.name)}` }];
  });
  if (asked.length === 0) return {};
  const list = asked.map(({ sql }) => sql).join(', ');
  const answer = await session.ask(`select ${list} from ${rawRows(relation)}`, parameters);
  const row = answer.ok ? answer.rows[0] : undefined;
  const found = asked.filter(({ plan }) => row?.[plan.name] === true).map(({ plan }) => plan);
  const named = (isId: boolean): ReadonlySet<string> =>
    new Set(found.filter(({ type }) => (type === 'id') === isId).map(({ name }) => name));
  return { padded: named(true), unmeasured: named(false) };
}

function isPadded({ name, type, shape, state }: ColumnPlan): string | null {
  if (type !== 'id' || shape !== 'other' || state !== 'ok') return null;
  const text = `m.${quoteIdentifier(name)}::text`;
  return `bool_or(btrim(${text}) not in (${text}, ''))`;
}

function isUnmeasured({ name, state }: ColumnPlan, { entity, columns }: Relation): string | null {
  const measured = MEASURED[`${entity}.${name}`];
  if (measured === undefined || state !== 'ok') return null;
  const column = `m.${quoteIdentifier(name)}`;
  const isSaid = columns.some((plan) => plan.name === measured.unless && plan.state === 'ok');
  const where = isSaid ? ` filter (where m.${quoteIdentifier(measured.unless ?? '')} is not true)` : '';
  return `(count(${column})${where} >= ${String(ZEROS_NEEDED)} and min(${column})${where} = 0 and max(${column})${where} = 0)`;
}
