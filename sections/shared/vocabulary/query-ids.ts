import type { Query } from '../../../audit/query.ts';

/** `asked('orders', 'fills')`: ids of a section's queries by their names there, as figures and datasets name them. */
export function idsOf<Name extends string>(
  queries: Readonly<Record<Name, Query>>,
): (...names: readonly Name[]) => readonly string[] {
  return (...names) => names.map((name) => queries[name].id);
}
