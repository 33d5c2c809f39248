import type { Block } from '../../audit/block.ts';
import { columnsOf, type EntityName } from '../../audit/contract.ts';
import type { EntityState } from '../../audit/evidence.ts';
import type { Hypothesis } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { num, type NumberSpec } from '../shared/vocabulary/number.ts';
import { hypothesis, rule, type Context, type RuleSpec } from '../shared/vocabulary/rule.ts';
import { col, table, tableBlock } from '../shared/vocabulary/table.ts';
import type { Facts, Input } from './facts.ts';

export const PREFLIGHT = {
  dimension: 'integrity',
  effort: 'low',
  from: { basis: 'preflight', queries: [] },
  otherwise: '',
} as const;
/** How a text that cannot be read is shown, and called. */
export const UNREADABLE = { mark: '\ufffd', what: 'bytes that are not UTF-8, shown as \ufffd' } as const;
export const FOUND_BY_PREFLIGHT = 'The preflight of this audit found it.';

export const preflightCount = (title: string, value: number): NumberSpec =>
  num.count(title, value, 'sum over the entities of the preflight, in the window');

/** Rows of one kind that the preflight counted in one column of an entity. */
type Counted = Readonly<{ entity: EntityName; column: string; rows: number }>;
type Most<C> = Readonly<{ most: C; rows: number }>;

interface CountedSpec<C, N extends string> extends Omit<
  RuleSpec<Facts, Input, C, N, Most<C>>,
  keyof typeof PREFLIGHT | 'find' | 'causes' | 'occurrence' | 'frequency' | 'evidence' | 'see'
> {
  /** Its one cause, which the count shows; `direct`: what was counted names it. */
  readonly why: readonly [id: string, text: string, seen: string];
  readonly direct: boolean;
  /** Of some cases others, or null for `why`. */
  readonly causes?: (group: {
    readonly found: readonly C[];
    readonly of: Most<C>;
  }) => readonly Hypothesis[] | null;
  readonly cases: (entities: readonly EntityState[], facts: Facts) => readonly C[];
  readonly otherwise?: RuleSpec<Facts, Input, C, N, Most<C>>['otherwise'];
  /** Entities whose case stands for all, before another with more rows. */
  readonly first?: (entity: EntityName) => boolean;
  readonly suffix?: (one: C) => string;
  /** The query on the mapping's own SELECT: these rules are about values as they are stored, before any normal form. */
  readonly sql: (stored: string, context: Context<Facts, Input, C, Most<C>>) => string;
}

/** One finding of all that was counted, with its sum and the case that has most; none without cases. */
export function countedRule<C extends Counted, N extends string>(spec: CountedSpec<C, N>) {
  const { cases, first = () => true, suffix = () => '', sql, why, direct, causes } = spec;
  return rule<Facts, Input>()<C, N, Most<C>>({
    ...PREFLIGHT,
    ...spec,
    find(facts, { entities }) {
      const found = cases(entities, facts).filter(({ rows }) => rows > 0);
      const byRows = [...found].sort((a, b) => b.rows - a.rows);
      const most = byRows.find(({ entity }) => first(entity)) ?? byRows[0];
      const rows = found.reduce((sum, one) => sum + one.rows, 0);
      return most === undefined ? [] : [{ venue: null, found, of: { most, rows } }];
    },
    causes: (group) => causes?.(group) ?? [{ ...hypothesis(why[0], why[1], [why[2], true]), direct }],
    occurrence: (one, { input: { window } }) => ({
      subject: `${one.entity}.${one.column}${suffix(one)}`,
      at: window.from,
      until: window.to,
    }),
    frequency: ({ of }) => of.rows,
    evidence: {
      of: 'monitoring-coverage.unusable',
      accused: (cell, { found }) =>
        found.some(
          (one) =>
            one.entity === cell('entity') && one.column === cell('column') && one.rows === cell('rows'),
        ),
    },
    see(context) {
      const { entity } = context.of.most;
      const select = context.input.entities.find((state) => state.entity === entity)?.select?.trim();
      return sql(`from (\n${select ?? `select * from "${entity}"`}\n) as m`, context);
    },
  });
}

type Source = readonly [name: string, state: Input['sources'][keyof Input['sources']]];

const sourcesTable = table<Source>({
  source: col.text('Source', ([name]) => name),
  declared: col.text('Declared', ([, { declared }]) => declared),
  status: col.text('Status', ([, { status }]) => status),
  as_of: col.time('Data as of', ([, { dataAsOf }]) => dataAsOf),
  provisional: col.text('Provisional', ([, { provisional }]) => provisional),
  stale: col.text('Stale', ([, { stale }]) => stale),
  error: col.text('Error', ([, { error }]) => error ?? ''),
});

const entitiesTable = table<EntityState>({
  entity: col.text('Entity', ({ entity }) => entity),
  status: col.text('Read', readWords),
  rows: col.text('Ever had rows', ({ everHadRows }) => everHadRows),
  missing: col.text('Columns not provided', missingColumns),
  wrong: col.text('Wrong types', ({ wrongTypes }) =>
    wrongTypes.map(({ column, type, expected }) => `${column}: ${type}, not ${expected}`).join('; '),
  ),
  error: col.text('Error', ({ error }) => error ?? ''),
});

const unusableTable = table<
  Readonly<Record<'entity' | 'column' | 'what' | 'value', string>> & { readonly rows: number }
>({
  entity: col.text('Entity', ({ entity }) => entity),
  column: col.text('Column', ({ column }) => column),
  what: col.text('What', ({ what }) => what),
  value: col.text('Value', ({ value }) => value),
  rows: col.count('Rows', ({ rows }) => rows),
});

export function definePreflightTables({ sources, entities }: Input, out: Output): void {
  const head = (id: string, title: string) => ({ id: `monitoring-coverage.${id}`, title, queries: [] });
  const unusable = entities.flatMap(
    ({ entity, unknownSpellings, unusable: values, unset = [], notUtf8 = [], repeatedIds: rows = 0 }) => [
      ...unknownSpellings.map((spelling) => ({ ...spelling, entity, what: 'unknown spelling' })),
      ...values.map((one) => ({
        ...one,
        entity,
        what: 'NaN, infinite or out of range',
        value: one.value ?? '',
      })),
      ...unset.map((one) => ({ ...one, entity, what: 'empty', value: '' })),
      ...notUtf8.map((one) => ({ ...one, entity, what: UNREADABLE.what })),
      ...(rows > 0 ? [{ entity, column: 'id', what: 'an id that another row has', value: '', rows }] : []),
    ],
  );
  // Those with something to tell come first: the table in the report shows these.
  const ordered = [...entities].sort((a, b) => trouble(b) - trouble(a));
  out.dataset(sourcesTable.of(head('sources', 'Sources'), Object.entries(sources)));
  out.dataset(entitiesTable.of(head('entities', 'Entities of the mapping'), ordered));
  out.dataset(unusableTable.of(head('unusable', 'Values that could not be used'), unusable));
}

const isUnusual = (state: EntityState): boolean =>
  state.status !== 'ok' || !state.everHadRows || missingColumns(state) !== '' || state.wrongTypes.length > 0;

/** Those that could not be read stand before those that lack something. */
const trouble = (state: EntityState): number =>
  state.status === 'error' || state.wrongTypes.length > 0 ? 2 : isUnusual(state) ? 1 : 0;

/** `ok` alone would stand in a table of what is missing. */
function readWords(state: EntityState): string {
  if (state.status === 'error') return 'no, it failed';
  if (state.status === 'missing') return 'no, not in the mapping';
  if (state.wrongTypes.length > 0) return 'in part, a wrong type';
  if (!state.everHadRows) return 'yes, never a row';
  return missingColumns(state) === '' ? 'yes' : 'yes, without some columns';
}

function missingColumns({ entity, status, columns }: EntityState): string {
  if (status !== 'ok') return '';
  const missing = columnsOf(entity).filter(({ name }) => !columns.includes(name));
  return missing.map(({ name }) => name).join(', ');
}

/** The table of sources stands once, where the verdict is formed. */
const SOURCES: Block = {
  type: 'paragraph',
  text: ['What each source gave stands under “What was read”.'],
};

/** The sources, a row for each entity that has something to tell, and unusable values; the CSV has all entities. */
export function preflightBlocks({ entities, bot }: Input): readonly Block[] {
  if (bot.sources.database === 'none') return [SOURCES];
  const unusual = entities.filter(isUnusual).length;
  const good = entities.length - unusual;
  const which = unusual === 0 ? 'All' : `${String(good)} of`;
  const rest = `${which} ${String(entities.length)} entities of the mapping could be read, have every column of the contract, and have held rows.`;
  const missing = 'Entities of the mapping with something missing';
  const amiss = tableBlock('monitoring-coverage.entities', unusual, 'The mapping was not probed.', missing);
  const values = 'Values that could not be used';
  const unusable = tableBlock('monitoring-coverage.unusable', 8, 'All values were usable.', values);
  const isUnusable = entities.some(
    ({ unknownSpellings, unusable: wrong, unset = [], notUtf8 = [] }) =>
      unknownSpellings.length + wrong.length + unset.length + notUtf8.length > 0,
  );
  return [
    ...(good > 0 ? [{ type: 'paragraph', text: [rest] } as const] : []),
    ...(unusual > 0 ? [amiss] : []),
    ...(isUnusable ? [unusable] : []),
  ];
}
