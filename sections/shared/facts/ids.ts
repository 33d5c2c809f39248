import { groupBy } from './row-values.ts';

/** Rows by an id as it is spelled; where none is, in whatever case, if that leaves no choice between ids. */
export function rowsById<T>(
  rows: readonly T[],
  idOf: (row: T) => string | null,
): (id: string | null) => readonly T[] {
  const named = rows.filter((row) => (idOf(row) ?? '') !== '');
  const exact = groupBy(named, (row) => idOf(row) ?? '');
  let folded: Map<string, T[]> | undefined;
  return (id) => {
    if (id === null || id === '') return [];
    const own = exact.get(id);
    if (own !== undefined) return own;
    folded ??= groupBy(named, (row) => (idOf(row) ?? '').toLowerCase());
    const alike = folded.get(id.toLowerCase()) ?? [];
    return new Set(alike.map(idOf)).size === 1 ? alike : [];
  };
}
