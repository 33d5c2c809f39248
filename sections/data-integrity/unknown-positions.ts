import type { Rows } from '../../audit/section.ts';
import { rowsById } from '../shared/facts/ids.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';

type Named = Extract<Input['rows']['namedByEvents'], { ok: true }>['rows'][number];

/** Positions that other rows of the window name and no position row is, each once, with who names it. */
export function unknownPositions({
  rows,
}: Pick<Input, 'rows'>): readonly (Named & { readonly by: string })[] {
  const all = [
    ...from('events', rows.namedByEvents),
    ...from('stop changes', rows.namedByStopChanges),
    ...from('orders', rows.namedByOrders),
    ...from('funding', rows.namedByFunding),
  ];
  const byId = rowsById(rowsOf(rows.positions), ({ id }) => id);
  const unknown = all.filter(({ position_id: id }) => byId(id).length === 0);
  return [...new Map(unknown.toReversed().map((one) => [one.position_id, one])).values()].toReversed();
}

/** Where not one named position is known, the ids are of another kind, and say nothing of rows. */
function from(by: string, rows: Rows<Named>): readonly (Named & { readonly by: string })[] {
  return rows.ok ? rows.rows.filter(({ known }) => known > 0).map((row) => ({ ...row, by })) : [];
}
