import type { Column } from '../../audit/block.ts';
import { columnsOf } from '../../audit/contract.ts';
import type { Output } from '../../audit/section.ts';
import type { Input } from './input.ts';

const column = (key: string, title: string, unit: Column['unit']): Column => ({ key, title, unit });

/** What the preflight saw: sources, entities of the mapping, and values that could not be used. */
export function preflightDatasets({ sources, entities }: Input, out: Output): void {
  out.dataset({
    id: 'monitoring-coverage.sources',
    title: 'Sources',
    columns: [
      column('source', 'Source', 'text'),
      column('declared', 'Declared', 'text'),
      column('status', 'Status', 'text'),
      column('as_of', 'Data as of', 'time'),
      column('provisional', 'Provisional', 'text'),
      column('stale', 'Stale', 'text'),
      column('error', 'Error', 'text'),
    ],
    rows: Object.entries(sources).map(([name, state]) => [
      name,
      state.declared,
      state.status,
      state.dataAsOf,
      state.provisional,
      state.stale,
      state.error ?? '',
    ]),
    queries: [],
  });
  out.dataset({
    id: 'monitoring-coverage.entities',
    title: 'Entities of the mapping',
    columns: [
      column('entity', 'Entity', 'text'),
      column('status', 'Status', 'text'),
      column('rows', 'Ever had rows', 'text'),
      column('missing', 'Columns not provided', 'text'),
      column('wrong', 'Wrong types', 'text'),
      column('error', 'Error', 'text'),
    ],
    // Those with something to tell come first: the table in the report shows these.
    rows: [...entities.filter(isUnusual), ...entities.filter((state) => !isUnusual(state))].map((state) => [
      state.entity,
      state.status,
      state.everHadRows,
      missingColumns(state),
      state.wrongTypes
        .map(({ column: name, type, expected }) => `${name}: ${type}, not ${expected}`)
        .join('; '),
      state.error ?? '',
    ]),
    queries: [],
  });
  out.dataset({
    id: 'monitoring-coverage.unusable',
    title: 'Values that could not be used',
    columns: [
      column('entity', 'Entity', 'text'),
      column('column', 'Column', 'text'),
      column('what', 'What', 'text'),
      column('value', 'Value', 'text'),
      column('rows', 'Rows', 'count'),
    ],
    rows: entities.flatMap(({ entity, unknownSpellings, unusable, repeatedIds = 0 }) => [
      ...unknownSpellings.map(({ column: name, value, rows }) => [
        entity,
        name,
        'unknown spelling',
        value,
        rows,
      ]),
      ...unusable.map(({ column: name, rows }) => [entity, name, 'NaN, infinite or out of range', '', rows]),
      ...(repeatedIds > 0 ? [[entity, 'id', 'an id that another row has', '', repeatedIds]] : []),
    ]),
    queries: [],
  });
}

/** Whether the preflight found something amiss with an entity of the mapping. */
export function isUnusual(state: Input['entities'][number]): boolean {
  return (
    state.status !== 'ok' || !state.everHadRows || missingColumns(state) !== '' || state.wrongTypes.length > 0
  );
}

function missingColumns(state: Input['entities'][number]): string {
  if (state.status !== 'ok') return '';
  return columnsOf(state.entity)
    .filter(({ name }) => !state.columns.includes(name))
    .map(({ name }) => name)
    .join(', ');
}
