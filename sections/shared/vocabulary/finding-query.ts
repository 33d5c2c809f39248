import type { EntityName } from '../../../audit/contract.ts';
import type { Window } from '../../../audit/evidence.ts';
import type { See } from '../../../audit/finding.ts';

const MOST_IDS = 12;

/**
 * One read-only SELECT on the contract's relation that shows the rows of a finding: those whose ids come first, so that
 * a caller who gives them in the order of its evidence shows the rows on its card. Ids left out are counted.
 */
export function seeRows(
  entity: EntityName,
  columns: string,
  key: string,
  ids: readonly string[],
  order: string,
): See {
  const relation = entity === 'order' || entity === 'limit' ? `"${entity}"` : entity;
  const all = [...new Set(ids)];
  const shown = all.slice(0, MOST_IDS).map(quoted);
  const cut =
    all.length > shown.length ? `-- the first ${String(shown.length)} of ${String(all.length)}\n` : '';
  return {
    language: 'sql',
    text: `${cut}select ${columns}\nfrom ${relation}\nwhere ${key} in (${shown.join(', ')})\norder by ${order};`,
  };
}

type Identified = Readonly<{ id: string }>;

/** The rows of these positions, or of the position of each case. */
export function seePositions(
  columns: string,
  found: readonly (Identified | Readonly<{ fact: Identified }>)[],
  order: string,
): See {
  const ids = found.map((one) => ('fact' in one ? one.fact.id : one.id));
  return seeRows('position', `id, ${columns}`, 'id', ids, order);
}

/** The fills of these positions, in their order. */
export function seeFillsOf(positionIds: readonly string[]): See {
  const columns = 'position_id, order_id, side, price, quantity, at';
  return seeRows('fill', columns, 'position_id', positionIds, 'position_id, at');
}

/** What these positions paid or received, by symbol. */
export function seeFundingOf(positionIds: readonly string[]): See {
  const ids = [...new Set(positionIds)].slice(0, MOST_IDS).map(quoted).join(', ');
  return {
    language: 'sql',
    text: `select symbol, sum(amount) as received, count(*)\nfrom funding\nwhere position_id in (${ids})\ngroup by symbol;`,
  };
}

/** The window and, where it is about one, the exchange as a condition. */
export function during(
  { window }: { readonly window: Window },
  time: string,
  venue: string | null = null,
): string {
  const exchange = venue === null ? '' : ` and exchange = ${quoted(venue)}`;
  return `${time} >= '${window.from}' and ${time} < '${window.to}'${exchange}`;
}

/** A literal that no id can leave; control characters would break the line of a report. */
export function quoted(id: string): string {
  return `'${id.replaceAll(/\p{C}/gu, ' ').replaceAll("'", "''").slice(0, 80)}'`;
}
